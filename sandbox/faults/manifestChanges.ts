import { FHIR_JSON, FHIR_NDJSON } from '../mediaTypes';
import type { Call, GatewayControls } from './effect';
import type { WireAnswer } from './wire';

export type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON merged by RFC 7396: objects grow together, null takes away, everything else takes the place. */
export function merged(onto: unknown, patch: unknown): unknown {
	if (!isObject(patch)) return patch;
	const result: Json = isObject(onto) ? { ...onto } : {};
	for (const [name, value] of Object.entries(patch)) {
		if (value === null) delete result[name];
		else result[name] = merged(result[name], value);
	}
	return result;
}

/** The answer with its JSON object changed; an answer that is none stays as it is. */
export function withJson(answer: WireAnswer, change: (body: Json) => unknown): WireAnswer {
	if (!/[/+]json/.test(String(answer.headers['content-type'])) || answer.body.length === 0) return answer;
	const body: unknown = JSON.parse(answer.body.toString('utf8'));
	return isObject(body) ? { ...answer, body: Buffer.from(JSON.stringify(change(body))) } : answer;
}

function entriesOf(manifest: Json): Json[] {
	return Array.isArray(manifest.output) ? manifest.output.filter(isObject) : [];
}

/** The manifest with every file's entry, or that of one batch (from 1), changed. */
export function withOutput(manifest: Json, change: (entry: Json) => unknown, batch?: number): Json {
	const output = entriesOf(manifest).map((entry, index) =>
		batch === undefined || batch === index + 1 ? change(entry) : entry,
	);
	return { ...manifest, output };
}

/** Changes the address of an entry; `{origin}`, `{path}` and `{file}` in the words stand for the parts of its own. */
export function withAddress(entry: Json, words: string): Json {
	const { origin, pathname } = new URL(String(entry.url));
	const parts = { origin, path: pathname, file: pathname.split('/').at(-1) ?? '' };
	return { ...entry, url: filled(words, parts) };
}

/** A text with each `{name}` replaced by the part of that name. */
export function filled(words: string, parts: Record<string, string>): string {
	return words.replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
}

function ownAddress(manifest: Json, path: string): string {
	return `${new URL(String(manifest.request)).origin}${path}`;
}

/** Carries the number of the status call that gave an address out. */
export const signatureParameter = 'signature';

const pageParameter = '_page';

/** One page of the manifest, as Bulk Data 3 gives them, with the address of the next one in `link`. */
export function pageOf(manifest: Json, { url }: Call, files: number, host?: string): Json {
	const [path, query] = url.split('?');
	const page = Number(new URLSearchParams(query).get(pageParameter) ?? 1);
	const all = entriesOf(manifest);
	const output = all.slice((page - 1) * files, page * files);
	if (page * files >= all.length) return { ...manifest, output };
	const nextPath = `${path}?${pageParameter}=${page + 1}`;
	const next = host === undefined ? ownAddress(manifest, nextPath) : `${host}${nextPath}`;
	return { ...manifest, output, link: [{ relation: 'next', url: next }] };
}

const known4 = ['transactionTime', 'requiresAccessToken', 'output', 'deleted', 'link'];

/** The manifest in the shape of the Bulk Data 4 ballot: `outcome` for `error`, no `request`, extensions in a list. */
export function version4(manifest: Json): Json {
	const kept = Object.fromEntries(Object.entries(manifest).filter(([name]) => known4.includes(name)));
	const extension = Object.entries(manifest)
		.filter(([name]) => !known4.includes(name) && !['error', 'request'].includes(name))
		.map(([name, value]) => ({ url: `urn:example:${name}`, valueString: JSON.stringify(value) }));
	return {
		manifestType: 'complete',
		outputFormat: FHIR_NDJSON,
		...kept,
		outcome: manifest.error ?? [],
		extension,
	};
}

/** The manifest with one more file in one of its lists; the gateway then gives that file out. */
export function withFile(
	manifest: Json,
	{ job, url }: Call,
	{ files }: GatewayControls,
	{ list, type, lines, count }: { list: string; type: string; lines: readonly unknown[]; count?: number },
): Json {
	if (job === undefined) return manifest;
	const already = Array.isArray(manifest[list]) ? (manifest[list] as unknown[]) : [];
	const file = `${job.id}.${list}-${already.length + 1}.ndjson`;
	const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
	files.set(file, Buffer.from(texts.map((text) => `${text}\n`).join('')));
	const path = url.split('?')[0].replace(/job\/[^/]*$/, `file/${file}`);
	const entry = { type, url: ownAddress(manifest, path), ...(count !== undefined && { count }) };
	return { ...manifest, [list]: [...already, entry] };
}

/** A kick-off's answer that tells its job in other words and places. */
export function kickOffWithJob(
	answer: WireAnswer,
	{
		text,
		diagnostics,
		contentLocation,
		status,
	}: { text: string; diagnostics?: string; contentLocation?: string; status: number },
): WireAnswer {
	const searched = `${answer.body.toString('utf8')} ${String(answer.headers['content-location'])}`;
	const [address, origin, path, job] =
		/(https?:\/\/[^/"\s]+)(\/[^"\s]*\/\$export\/job\/([a-z0-9]+))/.exec(searched) ?? [];
	if (address === undefined) return answer;
	const say = (words: string): string => filled(words, { address, origin, path, job });
	const issue = {
		severity: 'information',
		code: 'informational',
		details: { text: say(text) },
		...(diagnostics !== undefined && { diagnostics: say(diagnostics) }),
	};
	const location = contentLocation === undefined ? {} : { 'content-location': say(contentLocation) };
	return {
		status,
		headers: { 'content-type': `${FHIR_JSON}; charset=utf-8`, ...location },
		body: Buffer.from(JSON.stringify({ resourceType: 'OperationOutcome', issue: [issue] })),
		framing: 'length',
	};
}
