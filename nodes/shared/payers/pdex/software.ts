import { textOf } from '../../fhir/json';
import type { StatedSoftware, SuggestedSetting } from '../payer';
import { OTHER_SOFTWARE, PRESETS, SOFTWARE_LABEL } from './presets';

/** Words by which a server's software is known. HAPI FHIR by itself is none of them: several products are built on it. */
const WORDS: ReadonlyArray<[software: keyof typeof PRESETS, words: RegExp]> = [
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

/**
 * The choice of Payer Software that fits the names a server gives itself, or the version of PDex that it names; undefined if the credential says
 * so already. A server may call itself anything, so this is a suggestion.
 * @param chosen what the credential says
 */
export function suggestedSoftware(
	chosen: unknown,
	{ names, guide }: StatedSoftware,
): SuggestedSetting | undefined {
	const texts = names.map((name) => name.slice(0, MAX_TEXT));
	const named = texts.flatMap((text) => WORDS.find(([, words]) => words.test(text))?.[0] ?? []).at(0);
	const own = textOf(chosen) ?? OTHER_SOFTWARE;
	// Of the versions of the guide, only this one is asked in another way than the standard choice.
	const byGuide = own === OTHER_SOFTWARE && guide?.startsWith('2.0') ? 'pdex20' : undefined;
	const known = named ?? byGuide;
	return known === undefined || known === own
		? undefined
		: { field: SOFTWARE_LABEL, choice: PRESETS[known].displayName };
}
