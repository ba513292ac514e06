"""Results for people and platforms; nothing here sees a submission or an exam."""
