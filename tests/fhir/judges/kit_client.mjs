// Drives the door with fhir-kit-client, as a vendor's server in Node would; told on its input what to do.
import { readFileSync, writeSync } from "node:fs";
import { Client } from "fhir-kit-client";

const { base, application, visit, what } = JSON.parse(readFileSync(0, "utf8"));
const client = new Client({ baseUrl: base });
const { tokenUrl } = await client.smartAuthMetadata();
const asked = await fetch(tokenUrl, { method: "POST", body: new URLSearchParams(application) });
client.bearerToken = (await asked.json()).access_token;

const ids = ({ entry = [] }) => entry.map(({ resource }) => resource.id);

async function send() {
    const [{ system, value }] = visit.identifier;
    const searchParams = { identifier: `${system}|${value}` };
    const { id } = await client.update({ resourceType: "Appointment", searchParams, body: visit });
    const read = await client.read({ resourceType: "Appointment", id });
    const found = await client.search({ resourceType: "Appointment", searchParams });
    const number = visit.participant[0].actor.identifier;
    const byPost = await client.search({
        resourceType: "Appointment",
        searchParams: { "patient.identifier": `${number.system}|${number.value}` },
        options: { postSearch: true },
    });
    let pages = 0;
    let bundle = await client.search({ resourceType: "Organization", searchParams: { _count: "2" } });
    for (; bundle; bundle = await client.nextPage({ bundle })) pages += 1;
    const { rest } = await client.capabilityStatement();
    const offered = rest[0].resource.find(({ type }) => type === "Appointment");
    const offersSearch = offered.interaction.some(({ code }) => code === "search-type");
    const wrong = await client
        .update({ resourceType: "Appointment", searchParams, body: { ...visit, colour: "green" } })
        .then(() => 200, ({ response }) => response.status);
    return { tokenUrl, offersSearch, id, status: read.status, found: ids(found), byPost: ids(byPost), pages, wrong };
}

async function answer() {
    const found = await client.search({ resourceType: "Task", searchParams: { status: "requested" } });
    const [{ resource }] = found.entry;
    const body = { ...resource, status: "rejected", statusReason: { text: "Medisin" } };
    const options = { headers: { "If-Match": `W/"${resource.meta.versionId}"` } };
    const told = await client.update({ resourceType: "Task", id: resource.id, body, options });
    const { response } = Client.httpFor(told);
    const version = response.headers.get("ETag");
    return { tasks: found.entry.length, status: told.status, reason: told.statusReason.text, version };
}

writeSync(1, JSON.stringify(await (what === "send" ? send() : answer())));
