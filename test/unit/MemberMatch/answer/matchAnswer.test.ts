import { judgeMatch, type MatchReadOptions } from '../../../../nodes/MemberMatch/answer/matchAnswer';
import { SUPPORTED_SHAPES } from '../../../../nodes/MemberMatch/answer/groupId';
import { matchParameters, matchResources } from '../../../../nodes/MemberMatch/request/matchRequest';
import { describeExamples, example } from '../../../support/examples';
import { everythingOf, HTML, outcome, reply, thrown } from '../../../support/helpers';

const request = matchParameters(
	'M-1001',
	matchResources({
		tenant: 'bison',
		memberId: 'M-1001',
		givenNames: ['José'],
		familyName: "O'Connor",
		birthDate: '1980-05-01',
		coverageToMatch: { coverageId: 'CV-77' },
		consent: { id: 'consent-9', start: '2026-01-01', end: '2026-12-31', policy: 'regular' },
	}),
);

const judge = (status: number, body: string | object, options: MatchReadOptions = {}) =>
	judgeMatch(reply(status, body), [request], options);
const SEGMENTATION = 'Consent policy does not match the data release segmentation capabilities.';

describe('an outcome', () => {
	test.each<[status: number, code: string, text: string, outcome: string]>([
		// HAPI and the PDex reference server
		[
			422,
			'processing',
			'Could not find coverage for member based on coverage id or coverage identifier.',
			'no-match',
		],
		[422, 'processing', 'Could not find matching patient for coverage.', 'no-match'],
		[422, 'processing', 'Could not find beneficiary for coverage.', 'no-match'],
		[422, 'processing', 'Coverage beneficiary does not have an identifier.', 'refused'],
		[422, 'processing', SEGMENTATION, 'consent-refused'],
		// by words
		[422, 'processing', 'No match was found for the member.', 'no-match'],
		[422, 'processing', 'No member found', 'no-match'],
		[422, 'invalid', 'No matching member found', 'no-match'],
		[422, 'processing', 'Member does not exist', 'no-match'],
		[422, 'processing', 'Unable to match the patient', 'no-match'],
		[422, 'processing', 'Multiple matches found for the member.', 'multiple-matches'],
		[422, 'processing', 'More than one patient fits', 'multiple-matches'],
		[422, 'processing', 'The match is ambiguous', 'multiple-matches'],
		[422, 'business-rule', 'The consent cannot be honoured', 'consent-refused'],
		[422, 'processing', 'Consent was revoked by the member; no match is given', 'consent-refused'],
		[200, 'not-found', 'No member found', 'no-match'],
		[200, 'business-rule', 'Consent not honoured', 'consent-refused'],
		[202, 'processing', 'Multiple members match', 'multiple-matches'],
		[404, 'not-found', 'No member found', 'no-match'],
		[404, 'not-found', 'Patient not found', 'no-match'],
		[400, 'business-rule', 'Multiple members match', 'multiple-matches'],
		[400, 'business-rule', 'The consent does not allow this', 'consent-refused'],
		[404, 'forbidden', 'The consent does not allow this', 'consent-refused'],
		// by codes
		[422, 'not-found', '', 'no-match'],
		[422, 'multiple-matches', '', 'multiple-matches'],
		[400, 'multiple-matches', '', 'multiple-matches'],
		[200, 'not-found', '', 'no-match'],
		// any other 422
		[422, 'business-rule', '', 'refused'],
		[422, 'processing', 'Something else', 'refused'],
		[422, 'required', 'Consent.provision.period: minimum required = 1, but only found 0', 'refused'],
		[422, 'invalid', 'Consent.policy.uri is not known', 'refused'],
		[422, 'required', "Could not find the parameter 'Consent'", 'refused'],
		[422, 'structure', 'More than one parameter Consent; exactly one is needed', 'refused'],
	])('%i %s "%s" is %s', (status, code, text, expected) => {
		expect(judge(status, outcome(code, text))).toEqual({ outcome: expected, reason: text || code });
	});

	test.each<[string, string | object, string]>([
		['an empty body', '', 'The payer refused the request and did not say why.'],
		['an HTML page', HTML, 'The payer refused the request and did not say why.'],
		['text', 'Unprocessable', 'The payer refused the request and did not say why.'],
		['plain JSON', { message: 'No member found' }, 'No member found'],
		['an OAuth error', { error: 'bad', error_description: 'Not today' }, 'Not today'],
		[
			'an OperationOutcome without issues',
			{ resourceType: 'OperationOutcome' },
			'The payer refused the request and did not say why.',
		],
	])('422 with %s is refused', (_, body, reason) => {
		expect(judge(422, body)).toEqual({ outcome: 'refused', reason });
	});

	it('is a match where the answer has a group id', () => {
		expect(judge(200, { groupId: 'cmk1' })).toEqual({ outcome: 'matched', groupId: 'cmk1' });
		expect(judge(201, { groupId: 'cmk1' })).toEqual({ outcome: 'matched', groupId: 'cmk1' });
	});

	it('takes the Group ID Path', () => {
		expect(judgeMatch(reply(200, { a: [{ b: 'cmk1' }] }), [], { groupIdPath: 'a.0.b' })).toEqual({
			outcome: 'matched',
			groupId: 'cmk1',
		});
	});

	it('has words of its own where an empty group says it', () => {
		const answer = {
			resourceType: 'Parameters',
			parameter: [{ name: 'MatchedMembers', resource: { resourceType: 'Group', id: 'g', member: [] } }],
		};
		expect(judge(200, answer)).toEqual({
			outcome: 'no-match',
			reason: 'The payer found no member who fits.',
		});
	});

	it('is never a match with a refusal, even where a group id is beside it', () => {
		expect(judge(422, { groupId: 'cmk1' })).toMatchObject({ outcome: 'refused' });
	});
});

const NOBODY_HERE = 'No matching member was found for the MemberPatient parameter';

test.each<[status: number, code: string, text: string, expected: string]>([
	// The payer has looked: the code wins.
	[422, 'not-found', 'The request was refused', 'no-match'],
	[422, 'not-found', 'More than one parameter Consent', 'no-match'],
	[422, 'not-found', "The member's consent was not found", 'no-match'],
	[200, 'not-found', 'Several coverages were looked at', 'no-match'],
	[200, 'multiple-matches', 'No member found', 'multiple-matches'],
	[422, 'multiple-matches', 'Consent revoked', 'multiple-matches'],
	[422, 'not-found', NOBODY_HERE, 'no-match'],
	// It may be about the address: nobody only where code and words say so.
	[404, 'not-found', NOBODY_HERE, 'no-match'],
	[400, 'not-found', NOBODY_HERE, 'no-match'],
	[400, 'not-found', 'Could not find a patient with these demographics', 'no-match'],
	[404, 'processing', 'No member found', 'error'],
	[400, 'processing', 'Unable to match member', 'error'],
	[404, 'not-found', 'The parameter MemberPatient was not found', 'error'],
	[404, 'not-found', 'No such tenant: its members were not found', 'error'],
	[404, 'not-found', 'Resource not found', 'error'],
	[404, '', '', 'error'],
])('B13 %i %s "%s" is %s', (status, code, text, expected) => {
	const judged = () => judge(status, outcome(code, text));
	if (expected !== 'error') expect(judged()).toMatchObject({ outcome: expected });
	else expect(thrown(judged).details.whatToDo).toMatch(status === 404 ? /Check 'Tenant'/ : /./);
});

describe('an error', () => {
	test.each<[status: number, code: string, text: string]>([
		[404, 'not-found', 'Unknown tenant'],
		[404, 'not-found', 'Tenant not found'],
		[404, 'not-found', 'No matching tenant was found'],
		[404, 'not-found', ''],
		[404, 'not-found', 'POST /v1/bisno/member-match/$member-match was not found'],
		[404, 'not-supported', 'The operation $member-match does not exist here'],
		[400, 'not-found', ''],
		[400, 'processing', 'Unable to match member'],
		[400, 'invalid', 'Bad request'],
		[400, 'required', 'Consent.provision.period.start is required'],
		[400, 'required', "Could not find the parameter 'Consent'"],
		[400, 'invalid', 'Consent is malformed'],
		[200, 'informational', 'All is well'],
		[403, 'forbidden', 'The consent of the member is not found'],
		[401, 'login', 'No member found'],
		[429, 'throttled', 'Too many member matches, more than one a second'],
		[500, 'exception', 'Could not find member'],
		[503, 'transient', 'No match'],
	])('is %i %s "%s"', (status, code, text) => {
		const error = thrown(() => judge(status, outcome(code, text)));
		expect(error.details).toMatchObject({ httpStatus: status, issueCode: code });
	});

	test.each<[number, string | object, RegExp]>([
		[400, '', /It sent an empty answer/],
		[400, HTML, /It sent an HTML or XML page/],
		[
			404,
			HTML,
			/It sent an HTML or XML page\. Check 'Tenant' \(a production client has other tenants than the sandbox\) and the Gateway URL/,
		],
		[
			404,
			{ message: 'Route not found' },
			/It sent a JSON answer of another shape\. Its own words are not.*Check 'Tenant'/,
		],
		[404, 'nothing here', /It sent an answer that is not JSON/],
		[502, HTML, /It sent an HTML or XML page/],
		[403, '<?xml version="1.0"?><Error/>', /It sent an HTML or XML page/],
		[418, { tea: true }, /It sent a JSON answer of another shape/],
	])('is %i with %p', (status, body, whatToDo) => {
		expect(thrown(() => judge(status, body)).details.whatToDo).toMatch(whatToDo);
	});

	test.each<[string, string | object]>([
		['an empty answer', ''],
		['an HTML page', HTML],
	])('is 200 with %s: no group id, and all shapes are named', (_, body) => {
		const { message, details } = thrown(() => judge(200, body));
		expect(message).toMatch(/without a group id/);
		expect(details.whatToDo).toContain(SUPPORTED_SHAPES);
	});

	test.each<[string, string | object]>([
		['an empty object', {}],
		['a list', [{ groupId: 'x' }]],
		['a Patient', { resourceType: 'Patient', id: 'x' }],
		[
			'two group parameters',
			{
				resourceType: 'Parameters',
				parameter: [
					{ name: 'groupId', valueString: 'a' },
					{ name: 'groupId', valueString: 'b' },
				],
			},
		],
		[
			'two matched groups',
			{
				resourceType: 'Parameters',
				parameter: ['a', 'b'].map((id) => ({
					name: 'MatchedMembers',
					resource: { resourceType: 'Group', id, quantity: 1 },
				})),
			},
		],
	])('but 200 with %s is unclear, and the answer is kept', (_, body) => {
		expect(judge(200, body)).toMatchObject({
			outcome: 'unclear',
			reason: expect.stringMatching(/\w/) as string,
		});
	});

	const echo =
		"Bad request for José O'Connor born 1980-05-01, member M-1001, coverage CV-77, consent consent-9";
	test.each<[number, string | object]>([
		[400, outcome('invalid', echo)],
		[404, outcome('invalid', `${echo} JOSÉ o'connor Patient/M-1001 "CV-77"`)],
		[500, outcome('exception', echo)],
		[500, { message: echo }],
		[500, { error: 'x', error_description: echo }],
		[502, `<html>${echo}</html>`],
		[500, echo],
		[200, outcome('informational', echo)],
	])('on %i repeats no value of the request', (status, body) => {
		const text = everythingOf(thrown(() => judge(status, body)));
		for (const value of ['José', 'JOSÉ', 'Connor', 'connor', '1980', 'M-1001', 'CV-77', 'consent-9'])
			expect(text).not.toContain(value);
	});

	it("D5 leaves the words of FHIR readable where the credential shows the payer's words", () => {
		const body = outcome('invalid', 'Patient.birthDate of M-1001 is not a date');
		const error = thrown(() => judge(400, body, { showWords: true }));
		expect(error.details.whatToDo).toContain('Patient.birthDate');
	});
});

describeExamples('the answer of HRex', () => {
	it('B12 has no group id, so it is unclear, and the answer is kept', () => {
		const answer = judge(200, example('hrex-1.0.0/Parameters-member-match-out.json'));
		expect(answer).toMatchObject({ outcome: 'unclear', reason: expect.stringContaining('group') });
		expect(JSON.stringify(answer)).not.toContain('55678');
	});
});
