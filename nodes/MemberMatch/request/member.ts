import type { Organization } from '../../shared/payers/payer';
import type { ConsentPolicy, Representative } from './consent';

/** Input of a match request: the fields of a roster row, and additional HRex details. */

/** R4 administrative-gender. */
export const GENDERS = ['male', 'female', 'other', 'unknown'] as const;
export type Gender = (typeof GENDERS)[number];
/** R4 subscriber-relationship. */
export const RELATIONSHIPS = ['child', 'parent', 'spouse', 'common', 'other', 'self', 'injured'] as const;
export type Relationship = (typeof RELATIONSHIPS)[number];

/** The fields of a coverage in the form. Dates are `YYYY-MM-DD`. */
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

/** A member to match, complete and validated. Dates are `YYYY-MM-DD`. */
export interface MemberFields {
	/** The health plan, at a gateway that serves several. */
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

/** Additional values for a full HRex request. */
export interface HrexDetails {
	/** Code of the US Core extension birthsex. */
	birthSex?: string;
	/** Who gave the consent, if not the member. */
	representative?: Representative;
	/** The document number of the signed consent. */
	source?: { document: string; system?: string };
	/** The requesting plan, if different from the credential's. */
	requesting?: Organization;
	/** The responding plan, if different from the credential's. */
	responding?: Organization;
}
