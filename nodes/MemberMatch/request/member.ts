import type { Organization } from '../../shared/payers/payer';
import type { ConsentPolicy, Representative } from './consent';

/** What a match request is made of: a member as a roster row describes one, and what HRex can say besides. */

/** R4 administrative-gender. */
export const GENDERS = ['male', 'female', 'other', 'unknown'] as const;
export type Gender = (typeof GENDERS)[number];
/** R4 subscriber-relationship. */
export const RELATIONSHIPS = ['child', 'parent', 'spouse', 'common', 'other', 'self', 'injured'] as const;
export type Relationship = (typeof RELATIONSHIPS)[number];

/** What the form of Member Match knows of a coverage besides its id. Dates are `YYYY-MM-DD`. */
export interface CoverageFields {
	coverageId?: string;
	coverageIdSystem?: string;
	subscriberId?: string;
	payerName?: string;
	payerNpi?: string;
	groupNumber?: string;
	planId?: string;
	periodStart?: string;
	periodEnd?: string;
	relationship?: Relationship;
}

/** One member to be matched, read from a roster row and complete. Dates are `YYYY-MM-DD`. */
export interface MemberFields {
	/** The health plan, at a gateway that speaks for several. */
	tenant?: string;
	memberId: string;
	givenNames: string[];
	familyName: string;
	birthDate: string;
	gender?: Gender;
	coverageToMatch: CoverageFields & { coverageId: string };
	coverageToLink?: CoverageFields;
	consent: { id: string; start: string; end: string; policy: ConsentPolicy };
	memberIdentifier?: string;
	memberIdentifierSystem?: string;
	addressLine?: string;
	city?: string;
	state?: string;
	postalCode?: string;
	phone?: string;
	email?: string;
}

/** What a full HRex request can say of a member beyond a roster row. */
export interface HrexDetails {
	/** Code of the US Core extension birthsex. */
	birthSex?: string;
	/** Who gave the consent, where that was not the member. */
	representative?: Representative;
	/** Where the signed consent is kept: the number of that document. */
	source?: { document: string; system?: string };
	/** The plan that asks, where it is another than the credential's. */
	requesting?: Organization;
	/** The plan that is asked, where it is another than the credential's. */
	responding?: Organization;
}
