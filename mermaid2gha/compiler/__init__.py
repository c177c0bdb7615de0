"""From a diagram to the plan of each workflow; no file is opened here."""
