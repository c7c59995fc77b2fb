def run(participant, communication, params, log):
    return {}
