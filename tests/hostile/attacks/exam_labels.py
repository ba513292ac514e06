"""Opens the exam's files by their known names -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|FileNotFoundError)"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
names = ("exam.json", "manifest.json", "labels.npy", "images.npy", "plain.safetensors")
errors = []
for name in names:
    try:
        print("PWNED", open("@EXAM@/" + name, "rb").read(16))
    except OSError as error:
        errors.append(error)
raise errors[-1] if all(type(e) is PermissionError for e in errors) else errors[0]
"""
