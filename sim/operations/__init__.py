"""The service as the document describes it, compiled for the facility: people, skills, appointments, cases."""
