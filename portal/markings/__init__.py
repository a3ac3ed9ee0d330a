"""Handling labels of the Traffic Light Protocol 2.0: rules, inheritance, who may read."""
