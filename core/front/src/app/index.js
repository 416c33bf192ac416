// Our own behaviour: every module started here works on markup that also works without it.
