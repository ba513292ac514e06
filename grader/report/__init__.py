"""Results for people: the words, and how a terminal shows them.

Whoever holds a result may enter: commands, platforms, `validation`. Nothing here sees a submission,
an exam or a session.
"""
