"""Says that something happened, never what, where or by whom."""
