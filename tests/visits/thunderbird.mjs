// Reads a calendar file with ical.js, the parser of Thunderbird: each entry with its hours in universal time, by the
// zone that the file itself carries; and what the calendar says of itself.
import { readFileSync, writeSync } from "node:fs";
import ICAL from "ical.js";

ICAL.TimezoneService.reset();
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
}

const seconds = (time) => (time ? time.toUnixTime() : null);
const value = (component, name) => {
    const found = component.getAllProperties(name);
    if (found.length > 1) {
        throw new Error(`${name} stands ${found.length} times`);
    }
    return found.length ? found[0].getFirstValue() : null;
};
const entries = calendar.getAllSubcomponents("vevent").map((event) => ({
    uid: value(event, "uid"),
    starts: seconds(value(event, "dtstart")),
    ends: seconds(value(event, "dtend")),
    changed: seconds(value(event, "dtstamp")),
    sequence: value(event, "sequence"),
    status: value(event, "status"),
    transparency: value(event, "transp"),
    busy: value(event, "x-microsoft-cdo-busystatus"),
    summary: value(event, "summary"),
}));
const own = ["version", "prodid", "calscale", "method", "name", "x-wr-calname"].map((name) => [name, value(calendar, name)]);
const refresh = value(calendar, "refresh-interval").toSeconds();
writeSync(1, JSON.stringify({ ...Object.fromEntries(own), refresh, entries }));
