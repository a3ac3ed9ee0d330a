"""What every socket needs: origin, a sign-in of our own, a guard that keeps asking, close codes."""
