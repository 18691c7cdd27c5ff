/** How strongly a standard asks: its own word, ROBUST for what real servers make wise, - for what the project asks of itself. */
export type LineLevel = 'SHALL' | 'SHOULD' | 'MAY' | 'ROBUST' | '-';

/** Level, what is asked, and where: keys of the guides (mm: HRex, pdex: PDex, conf: HRex conformance), or the standard. */
export type Line = readonly [level: LineLevel, asks: string, where?: string];

const OAUTH = 'RFC 6749';
const SMART = 'SMART App Launch 2.2, Backend Services';
const BULK = 'Bulk Data';
const CONSENT = 'hrex-consent';

/**
 * The client checklist of a payer-to-payer exchange, line by line: A token, B `$member-match`, C `$bulk-member-match`, D kick-off,
 * E status, F manifest, G files, H delete, I data, J privacy. Each line has exactly one test, whose name begins with its key, or
 * stands in WITHOUT_TEST.
 */
export const LINES = {
	A1: ['SHALL', 'A token is asked for by POST of a form with the client-credentials grant', `${OAUTH} 4.4.2`],
	A2: [
		'SHALL',
		'Basic: id and secret are form-encoded before base64, no secret in the body',
		`${OAUTH} 2.3.1`,
	],
	A3: ['SHALL', 'Secret in the body: the id beside it, no Authorization header', `${OAUTH} 2.3.1`],
	A4: ['SHALL', 'Neither secret nor token is ever in a URL or in what is logged', 'RFC 6750 2.3'],
	A5: ['SHALL', 'Scope and secret arrive unchanged, whatever characters they have', `${OAUTH} 3.3`],
	A6: ['-', 'A token is given up before it ends; a life that is missing, zero or a text does no harm'],
	A7: ['-', 'One token serves all requests until it is about to end'],
	A8: ['-', 'A 401 leads to one new token and one repeat; a second 401 is an error', 'RFC 6750 3.1'],
	A9: ['-', 'A 403 is not repeated', 'RFC 6750 3.1'],
	A10: ['-', 'A refused token request is explained, without any secret', `${OAUTH} 5.2`],
	A11: ['-', 'Bearer is taken in any case of letters; another kind of token is refused', `${OAUTH} 7.1`],
	A12: ['-', 'A scope that is narrower than the one asked for is shown', `${OAUTH} 5.1`],
	A13: ['SHOULD', 'The token endpoint is discovered below the FHIR base, as JSON', SMART],
	A14: ['SHOULD', 'A relative address in the discovery document is read against the FHIR base', SMART],
	A15: ['SHALL', 'Assertion header: alg, kid, typ; RS384 and ES384 both work', 'pdex-142, pdex-183'],
	A16: ['SHALL', 'Assertion: issuer and subject are the client id, the audience is the token URL', SMART],
	A17: ['SHALL', 'Assertion: ends at a whole second, five minutes ahead at most', SMART],
	A18: ['SHALL', 'Assertion: each token request has a jti of its own', SMART],
	A19: ['SHALL', 'The assertion type is exact, there is a scope, and no refresh token is used', SMART],
	A20: ['SHALL', 'An ES384 signature is r and s one after the other', 'RFC 7518 3.4'],
	A21: ['SHALL', 'jku, where sent, is the registered address', SMART],
	A22: ['SHALL', 'Token and API go over TLS 1.2 or later; http on this computer alone', 'sec-9'],

	B1: ['SHALL', 'The match is a POST on the type, never a GET, never on one patient', 'HRex member-match'],
	B2: ['SHALL', "The usual path, and 1upHealth's own; the dollar sign is sent as it is", 'HRex member-match'],
	B3: ['SHALL', 'Content-Type and Accept are FHIR JSON (1upHealth: JSON)', 'R4 http'],
	B4: ['SHALL', 'The body is a Parameters with the four known names, each once at most', 'HRex member-match'],
	B5: ['SHALL', 'The name is MemberPatient, with a capital M', 'HRex member-match'],
	B6: ['SHALL', 'Every resource says its type', 'R4 json'],
	B7: [
		'SHALL',
		'Patient: a name with family and given, and a birth date of the calendar',
		'hrex-patient-demographics',
	],
	B8: ['SHALL', 'Patient: gender (1.0: and an identifier with system; 1.2: or birth sex)', 'hrex-pat-1'],
	B9: ['SHALL', 'Patient: no identifier of type UMB in a request', 'hrex-patient-demographics'],
	B10: ['SHALL', 'Coverage: status, beneficiary and exactly one payor', 'hrex-coverage'],
	B11: ['SHALL', 'Coverage: a member identifier with a value, or a subscriber id', 'us-core-15, hrex-cov-1'],
	B12: ['SHALL', 'Coverage: one identifier at most (1.0)', 'hrex-coverage'],
	B13: ['SHALL', 'Coverage: the relationship to the subscriber (1.1 and later)', 'hrex-coverage'],
	B14: [
		'SHALL',
		'Beneficiary and patient of the consent refer to the patient of the request, locally',
		'mm-6',
	],
	B15: ['SHALL', 'The coverage to link is sent', 'HRex member-match'],
	B16: ['SHOULD', 'The coverage to link has must-support elements alone', 'mm-5'],
	B17: ['SHALL', 'Consent: active', CONSENT],
	B18: ['SHALL', 'Consent: scope patient-privacy, category IDSCL once', CONSENT],
	B19: ['SHALL', 'Consent: one performer, a reference as source, no attachment', CONSENT],
	B20: ['SHALL', 'Consent: exactly one policy, regular or sensitive', CONSENT],
	B21: ['SHALL', 'Provision: permit, with a period of two dates in their order', CONSENT],
	B22: ['SHALL', 'Provision: an actor that performs names the payer asked', 'mm-1'],
	B23: ['SHALL', 'Provision: an actor that receives names the plan that asks', 'mm-1'],
	B24: ['SHALL', 'Provision: one action, disclose', CONSENT],
	B25: ['SHALL', 'Provision: none of the seven elements that would restrict it', CONSENT],
	B26: [
		'SHOULD',
		'A representative who consents is contained, and an actor of that role',
		'pdex-205, pdex-206',
	],
	B27: ['SHALL', 'An answer with an identifier alone is a match', 'pdex-200'],
	B28: [
		'SHALL',
		'An answer with identifier and patient is a match, the reference relative or absolute',
		'pdex-200',
	],
	B29: ['-', 'The identifier is taken with type MB, UMB or none, with its system'],
	B30: ['-', "1upHealth's group id is found in every known shape; none is a clear error"],
	B31: [
		'-',
		'422 is no match, several, or a refused consent; never repeated; an outcome, no error',
		'mm-9, mm-10, mm-11, pdex-203, pdex-207',
	],
	B32: ['-', '422 with an empty body, or one that is no FHIR, is an outcome too'],
	B33: ['SHALL', 'Later requests go by the returned identifier, as system and value', 'mm-3'],
	B34: ['-', 'A consent that does not hold today is told of before anything is sent'],

	C1: [
		'SHALL',
		'The bulk match is a POST on Group that asks for an asynchronous answer',
		'pdex-146, pdex-147',
	],
	C2: [
		'SHALL',
		'Each member: one patient, coverage to match and consent; one coverage to link at most',
		'PDex bulk-member-match',
	],
	C3: ['SHALL', 'Every patient has an id that no other has, and its own parts refer to it', 'pdex-150'],
	C4: ['SHALL', 'The job is polled as an export is', 'pdex-137, pdex-148'],
	C5: ['-', 'Groups in NDJSON are read', 'PDex bulk-member-match'],
	C6: ['-', 'A Parameters in NDJSON is read', 'pdex-138a'],
	C7: ['SHOULD', 'Where both came, the Groups count', 'pdex-138b'],
	C8: ['-', 'Groups are told apart by code; an unknown code is an error item'],
	C9: ['-', 'Groups that are absent, and a match group without members, do no harm'],
	C10: ['-', 'Each member is mapped back to its input item by the contained patient', 'pdex-151, pdex-152'],
	C11: ['-', 'One person with two coverages is told apart by the matched coverage', 'pdex-153'],
	C12: ['-', 'One refused consent takes nothing away from the others', 'pdex-154a'],

	D1: ['SHOULD', 'Accept is FHIR JSON', BULK],
	D2: ['SHOULD', 'Prefer is respond-async', BULK],
	D3: ['SHALL', 'Each parameter is encoded once; several type filters are several parameters', BULK],
	D4: ['SHALL', 'Since and until are instants with a time zone', BULK],
	D5: [
		'SHALL',
		'patient by POST only; a POST body is a Parameters with the right kinds of values',
		`${BULK} 2`,
	],
	D6: ['SHALL', 'Bulk Data 4: POST, and no values joined by commas', `${BULK} 4`],
	D7: ['SHALL', 'A type filter that includes, sorts or picks elements is refused before it is sent', BULK],
	D8: ['SHOULD', 'A payer that ignores type filters is borne', 'pdex-180b'],
	D9: ['-', "The job is at Content-Location; a path alone is read on the payer's host", BULK],
	D10: ['-', '1upHealth: the job is found in the text of the OperationOutcome'],
	D11: ['-', "An answer that names no job is an error with the payer's code"],
	D12: ['-', 'A 429 is repeated after the stated pause, within a limit', BULK],
	D13: ['-', "Another 4xx is told with the payer's code, and not repeated", BULK],
	D14: [
		'SHALL',
		'$davinci-data-export by POST, as payertopayer; the first one reaches back five years',
		'pdex-149, pdex-139a, pdex-171, pdex-130, pdex-174',
	],

	E1: ['SHOULD', 'Accept is JSON', BULK],
	E2: ['SHALL', 'A status call carries the token', BULK],
	E3: ['-', 'A running job is asked again after the stated seconds', BULK],
	E4: ['-', 'The same where a date is stated', BULK],
	E5: ['-', 'A pause that makes no sense counts as not stated'],
	E6: ['SHOULD', 'Without a stated pause the waits grow, up to a limit, each somewhat by chance', BULK],
	E7: ['-', 'A 429 slows down and does not fail the job, within the deadline', BULK],
	E8: ['-', 'A trouble called transient, or one of its kinds, is asked about again', BULK],
	E9: ['-', "Any other trouble fails the job, with the payer's words", BULK],
	E10: ['ROBUST', 'A bare 502, 503, 504 or a broken connection is asked again, not for ever'],
	E11: ['-', 'A job that was deleted or has expired is told of clearly'],
	E12: ['-', 'X-Progress is shown, and decides nothing', BULK],
	E13: ['-', 'A token that ends meanwhile is renewed, and the job goes on'],
	E14: ['-', 'A 200 with a manifest is the end', BULK],
	E15: ['-', 'A 200 that is no manifest is told of clearly'],
	E16: [
		'-',
		'X-Export-Status counts only where it was asked for and confirmed; it is not asked for',
		`${BULK} 3`,
	],
	E17: ['-', 'A job that lists files while it runs goes on; at its end each file comes once', `${BULK} 3`],
	E18: ['-', 'A manifest in parts is followed to its end, and never in a circle', `${BULK} 3`],
	E19: ['MAY', 'A wait has an end, and Stop ends it; nothing is deleted thereby', BULK],
	E20: ['SHOULD', 'A redirect to another host carries no token', SMART],

	F1: ['-', 'A manifest without error, deleted or request is read'],
	F2: ['-', 'An empty output is a success without data', BULK],
	F3: ['-', 'outcome of Bulk Data 4 is read as error', `${BULK} 4`],
	F4: ['-', 'Extensions as object or list, and unknown keys, do no harm', BULK],
	F5: ['-', "Where nothing is said of the token, it goes to the payer's own host alone"],
	F6: ['-', 'Several files of one type', BULK],
	F7: ['-', 'A count that is absent or wrong is told, and takes nothing away'],
	F8: ['-', 'Files organized by patient: blocks, and what continues in another file', `${BULK} 3`],
	F9: ['-', 'Error files are read; errors make it partial, remarks do not', BULK],
	F10: ['-', 'Deletions are told as such, never as data', `${BULK} 2`],
	F11: ['-', 'transactionTime is kept for the next since', BULK],
	F12: ['-', 'Expires is shown', BULK],
	F13: ['-', '1upHealth: status and failed batches are heeded'],
	F14: ['-', 'A file address that is no http or https address is refused', BULK],

	G1: ['SHALL', 'The token is sent where the manifest wants it', BULK],
	G2: [
		'SHALL',
		'It is not sent where the manifest does not; not for error and deleted files, not on a redirect',
		BULK,
	],
	G3: ['SHOULD', 'Accept is FHIR NDJSON', BULK],
	G4: ['SHOULD', 'Compressed files are asked for', BULK],
	G5: ['SHALL', 'Compressed and plain files are both read', `${BULK} 3`],
	G6: ['ROBUST', 'Whatever media type is stated, the file is read'],
	G7: ['-', 'Line ends, blank lines, a missing last line end, a byte order mark, split characters', BULK],
	G8: ['-', 'A bad line is told with its number, and takes no other line away'],
	G9: ['-', 'A line that is too long is rejected, not kept in memory'],
	G10: ['-', 'A resource of another type than promised is told of'],
	G11: ['-', 'What is there twice stays; no Bundle names a resource twice'],
	G12: ['-', 'A token that ends between files is renewed'],
	G13: ['MAY', 'A file address that has expired is asked for anew, once', BULK],
	G14: ['-', '429 and 5xx are repeated, within a limit'],
	G15: ['-', 'No more files at once than allowed, in the order of the input'],
	G16: ['-', 'A large file passes through, and is not held whole'],

	H1: ['SHALL', 'DELETE goes to the polling address, with the token', BULK],
	H2: ['-', 'A payer that does not delete jobs is borne'],
	H3: ['-', 'Nothing is deleted unless it is asked for'],

	I1: ['SHALL', 'Must-support elements may be there or not', 'conf-2, conf-4'],
	I2: ['SHALL', 'An extension may stand in place of a value', 'conf-6'],
	I3: ['SHOULD', 'Unknown elements are kept', 'conf-7'],
	I4: ['SHALL', 'Provenance is kept', 'PDex Provenance'],
	I5: ['-', 'References are left as they are, relative and absolute'],
	I6: ['SHOULD', 'References and attachments are not followed', SMART],

	J1: ['-', 'No health data, token, secret or assertion in what an error says', 'HRex security'],
	J2: ['-', 'The policy of the consent stands in the result'],
	J3: ['-', 'A consent that was withdrawn ends the asking'],
	J4: ['-', 'The source of a consent is sent as evidence, and not looked at'],
} as const satisfies Record<string, Line>;

/** The key of a line, e.g. `B21`. */
export type LineKey = keyof typeof LINES;

/** Lines that have no test: not done yet, or not for these nodes. Whoever writes the test takes the row out. */
export const WITHOUT_TEST: Partial<Record<LineKey, { open: string } | { doesNotApply: string }>> = {};

/** What the letters stand for. */
export const SECTIONS: Record<string, string> = {
	A: 'Token',
	B: '$member-match',
	C: '$bulk-member-match',
	D: 'Export kick-off',
	E: 'Status polling',
	F: 'Manifest',
	G: 'Files',
	H: 'Delete',
	I: 'Data',
	J: 'Privacy',
};
