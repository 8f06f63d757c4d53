refusal-presence-missing = Please scan the QR code at the place, or enter the check code.
refusal-service-not-accepted = This volunteer has not accepted this task. Please check the name and the task.
refusal-service-no-volunteer = This person is not registered as a volunteer. They need to register first.
refusal-service-name = Please say what activity it was, such as “cleaning the estate”.
refusal-service-place = Please choose the village or community of the service.
refusal-rating-solved = Please choose “solved”, “partly solved” or “not solved”.
