// Judges FHIR resources with FHIR.js: takes a list of them, answers with the messages about each.
import { readFileSync, writeSync } from "node:fs";
import fhirJs from "fhir";

const judge = new fhirJs.Fhir();
const told = JSON.parse(readFileSync(0, "utf8")).map((resource) => {
    const { messages } = judge.validate(resource, { errorOnUnexpected: true });
    return messages
        .filter(({ severity }) => severity === "error" || severity === "fatal")
        .map(({ location, message }) => `${resource.resourceType} at ${location}: ${message}`);
});
writeSync(1, JSON.stringify(told));
