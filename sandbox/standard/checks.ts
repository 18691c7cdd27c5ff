/** How strongly a standard asks for something. */
export type Level = 'SHALL' | 'SHOULD';

/**
 * The lines of the client checklist that a payer can see from its side, and what is looked at for each. A request that
 * does not keep one is noted under `GET /sandbox/violations`.
 */
export const CHECKS = {
	A1: ['SHALL', 'a token is asked for by POST of a form with grant_type=client_credentials'],
	A2: ['SHALL', 'Basic: id and secret form-encoded before base64, and no secret in the body too'],
	A3: ['SHALL', 'secret in the body: client_id beside it, and no Authorization header'],
	A4: ['SHALL', 'no token, secret or assertion in a URL'],
	A5: ['SHALL', 'scope arrives as a list of names with single spaces between them (RFC 6749 section 3.3)'],
	A13: ['SHOULD', 'discovery is asked for as JSON'],
	A15: ['SHALL', 'assertion header: alg RS384 or ES384, typ JWT, kid'],
	A16: ['SHALL', 'assertion: iss and sub are the client id, aud is exactly the token URL'],
	A17: ['SHALL', 'assertion: exp in whole seconds, in the future, 300 s ahead at most'],
	A18: ['SHALL', 'assertion: jti is there and was never used before'],
	A19: ['SHALL', 'client_assertion_type as it is defined, a scope, and no refresh_token grant'],
	A20: ['SHALL', 'an ES384 signature is 96 bytes, r and s one after the other'],
	A21: ['SHALL', 'jku, where sent, is the registered address'],
	B1: ['SHALL', '$member-match by POST on Patient, never by GET, never on one patient'],
	B2: ['SHALL', '$ of an operation is not percent-encoded'],
	B3: ['SHALL', 'Content-Type and Accept are application/fhir+json'],
	B4: ['SHALL', 'the body is a Parameters with the four names only, each once'],
	B5: ['SHALL', 'the name is MemberPatient'],
	B6: ['SHALL', 'every resource has the resourceType of its part'],
	B7: ['SHALL', 'Patient: every name with family and given, birthDate a date of the calendar'],
	B8: ['SHALL', 'Patient: gender, and an identifier with system and value (1.0); gender or birth sex (1.2)'],
	B9: ['SHALL', 'Patient: no identifier of type UMB'],
	B10: ['SHALL', 'Coverage: status, and exactly one payor that is named'],
	B11: ['SHALL', 'Coverage: an MB identifier with a value, or subscriberId'],
	B12: ['SHALL', 'Coverage: one identifier at most (1.0)'],
	B13: ['SHALL', 'Coverage: relationship of the value set (1.2)'],
	B14: ['SHALL', 'beneficiary and Consent.patient are Patient/<id of MemberPatient>'],
	B15: ['SHALL', 'there is a CoverageToLink'],
	B16: ['SHOULD', 'CoverageToLink has must-support elements only'],
	B17: ['SHALL', 'Consent: status active'],
	B18: ['SHALL', 'Consent: scope patient-privacy, category IDSCL once'],
	B19: ['SHALL', 'Consent: one performer, who is there; sourceReference, no sourceAttachment'],
	B20: ['SHALL', 'Consent: exactly one policy, of the two of HRex'],
	B21: ['SHALL', 'provision: permit, with a period of two dates in their order'],
	B22: ['SHALL', 'provision: an actor with the role performer names the payer of CoverageToMatch'],
	B23: ['SHALL', 'provision: an actor with the role IRCP names the payer of CoverageToLink'],
	B24: ['SHALL', 'provision: exactly one action, disclose'],
	B25: ['SHALL', 'provision: nothing of securityLabel, purpose, class, code, dataPeriod, data, provision'],
	B26: [
		'SHOULD',
		'Consent: a representative is a contained person, and an actor with a role that lets them consent',
	],
	B33: ['SHALL', 'where a match brought an identifier alone, the patient is searched by system|value'],
	C1: ['SHALL', '$bulk-member-match by POST with Prefer: respond-async'],
	C2: ['SHALL', 'each MemberBundle: one MemberPatient, CoverageToMatch, Consent; one CoverageToLink at most'],
	C3: ['SHALL', 'every MemberPatient has an id that no other has'],
	D1: ['SHOULD', 'kick-off: Accept is application/fhir+json'],
	D2: ['SHOULD', 'kick-off: Prefer is respond-async'],
	D3: ['SHALL', 'parameters are encoded once; several _typeFilter are several parameters (but in v1)'],
	D4: ['SHALL', '_since and _until are instants with a time zone'],
	D5: ['SHALL', 'patient by POST only; a POST body is a Parameters with the right value[x]'],
	D6: ['SHALL', 'v4: POST, and no values joined by commas'],
	D7: ['SHALL', 'no _include, _revinclude, _sort or _elements within _typeFilter'],
	D14: ['SHALL', '$davinci-data-export by POST, with exportType; the first one without a recent _since'],
	E1: ['SHOULD', 'status: Accept is application/json'],
	E2: ['SHALL', 'a status call carries the token'],
	G1: ['SHALL', 'a file with requiresAccessToken true is asked for with the token'],
	G2: ['SHALL', 'a file with requiresAccessToken false is asked for without it'],
	G3: ['SHOULD', 'file: Accept is application/fhir+ndjson'],
	G4: ['SHOULD', 'file: Accept-Encoding has gzip'],
	H1: ['SHALL', 'DELETE goes to the polling address, with the token'],
} as const satisfies Record<string, readonly [Level, string]>;

/** A line of the client checklist that is looked at here. */
export type CheckLine = keyof typeof CHECKS;

/** The README's table of checks. */
export function checkTable(): string {
	const rows = Object.entries(CHECKS).map(
		([line, [level, what]]) => `| ${line} | ${level} | ${what.replaceAll('|', '\\|')} |`,
	);
	return ['| line | | what is looked at |', '|---|---|---|', ...rows].join('\n');
}
