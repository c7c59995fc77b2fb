def run(participant, communication, params, log):
    raise ValueError("broken on purpose")
