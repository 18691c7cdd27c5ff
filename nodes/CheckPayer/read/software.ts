import type { IDataObject } from 'n8n-workflow';
import { isObject, textOf } from '../../shared/fhir/json';
import type { PRESETS } from '../../shared/payers/pdex/presets';

/** A choice of Payer Software. */
export type Software = keyof typeof PRESETS;

/** Words by which a server's software is known. HAPI FHIR by itself is none of them: several products are built on it. */
const WORDS: ReadonlyArray<[software: Software, words: RegExp]> = [
	['healthLake', /\bhealthlake\b/i],
	['payerbox', /\bpayerbox\b|\baidbox\b|\bhealth ?samurai\b/i],
	['inferno', /\binferno\b/i],
	['interSystems', /\bintersystems\b/i],
	['microsoft', /\bmicrosoft\b|\bazure\b/i],
	['onyx', /\bonyx\b/i],
	['oracle', /\boracle\b|\bcerner\b|\bmillennium\b/i],
	['smile', /\bsmile ?(?:cdr|digital)\b/i],
	['wso2', /\bwso2\b/i],
	['smartBulk', /\bsmart (?:sample )?bulk (?:data|fhir) server\b/i],
];
const MAX_TEXT = 300;

/** What a server runs, by the names that its capability statement gives. A server may call itself anything, so this is a suggestion. */
export function softwareOf({
	software,
	publisher,
	implementation,
	name,
	title,
}: IDataObject): Software | undefined {
	const texts = [
		isObject(software) ? software.name : undefined,
		publisher,
		isObject(implementation) ? implementation.description : undefined,
		name,
		title,
	].flatMap((each) => textOf(each)?.slice(0, MAX_TEXT) ?? []);
	for (const text of texts) {
		const known = WORDS.find(([, words]) => words.test(text));
		if (known) return known[0];
	}
	return undefined;
}
