def run(participant, communication, params, log):
    plan = participant["plan"] or "none"
    if plan == params["vip"]:
        return {"tier": "gold"}
    return {"tier": f"silver {len(plan)}"}
