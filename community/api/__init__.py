"""What every address below /api/e2ee/v1/ shares: who asks, strict bodies, errors as JSON."""
