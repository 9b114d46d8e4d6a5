"""Sites of one vault by several publishers: how they are made, and what there is to see on them."""
