# ics.py - read calendars (iCalendar, RFC 5545): a heading for each event.
import json, re

def say(**line):
    print(json.dumps(line))

with open(3, "rb") as document:
    text = document.read().decode("utf-8-sig", "replace").replace("\0", "")
event, events, inside = {}, 0, False
# A line that goes on behind a space is one; \, is a comma, \n becomes a space.
for line in re.sub("\r?\n[ \t]", "", text).splitlines():
    name, _, value = line.partition(":")
    name = name.partition(";")[0]
    value = re.sub(r"\\(.)", lambda c: " " if c[1] in "nN" else c[1], value)
    if name == "X-WR-CALNAME":
        say(meta="title", value=value)
    if line == "END:VEVENT":
        start, events = event.get("DTSTART", ""), events + 1
        day = "-".join((start[:4], start[4:6], start[6:8])) if start else ""
        say(text=event.get("SUMMARY", ""), role="heading", level=1, where="part", at=events)
        for body in day, event.get("LOCATION", ""), event.get("DESCRIPTION", ""):
            say(text=body, where="part", at=events)
        if events == 1 and day:
            say(meta="date", value=day)
    if name in ("BEGIN", "END"):
        inside = line in ("BEGIN:VEVENT", "END:VALARM")
        event = {} if line == "BEGIN:VEVENT" else event
    elif inside:
        event[name] = value
