def run(participant, communication, params, log):
    return {"score": 7}
