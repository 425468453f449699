"""The REST face: what programs ask and do. `authentication` says who, `errors` what cannot be done."""
