def run(participant, communication, params, log):
    log.info("scored")
    return {"score": 7}
