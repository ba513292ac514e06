"""Results for people: their wording, one view for students and one for staff.

Whoever holds a result may enter: commands, platforms, `validation`. Nothing here sees a submission,
an exam or a session.
"""
