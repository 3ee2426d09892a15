"""Understanding telephone menus by rules: what is offered, what fits the goal, what to do next. Sans-IO, standard library only."""
