"""What every socket needs: origin, sign-in of our own, a guard that keeps asking, close codes."""
