import { textOf } from '../../shared/fhir/json';

/** What a member's consent releases (HRex Consent, `policy.uri`, value set hrex-consent-policy). */
export type ConsentPolicy = 'regular' | 'sensitive';

const POLICY_BASE = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#';

export function policyUri(policy: ConsentPolicy): string {
	return POLICY_BASE + policy;
}

/** The policy that an address of a Consent means; undefined for any other address. */
export function policyOfUri(uri: unknown): ConsentPolicy | undefined {
	return textOf(uri)?.startsWith(POLICY_BASE) ? readPolicy(uri) : undefined;
}

/** The policy of a roster row or of a Consent: `regular`, `sensitive` or one of the two addresses; undefined for anything else. */
export function readPolicy(value: unknown): ConsentPolicy | undefined {
	const text = (textOf(value) ?? '').replace(POLICY_BASE, '').toLowerCase();
	return text === 'regular' || text === 'sensitive' ? text : undefined;
}
