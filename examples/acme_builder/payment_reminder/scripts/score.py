"""How much patience an unpaid order deserves."""


def run(participant, communication, params, log):
    amount = params["amount"]
    if amount >= params["gold_from"]:
        segment = "gold"
    elif amount >= params["silver_from"]:
        segment = "silver"
    else:
        segment = "basic"
    log.info("order %s: %s EUR is %s", participant["order_id"], amount, segment)
    return {"segment": segment}
