raise LookupError("no settings for stage 'test'")
