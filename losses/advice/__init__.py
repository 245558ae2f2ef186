"""Which loss suits a task or data: what is seen, the rules, and how the candidates do on rows held out."""
