import type { Member } from '../members';
import { fhirAnswer, refusal, type Answer, type IssueCode } from '../operationOutcome';
import { asParameters, bulkMatch } from './bulkMatch';
import { fileOf } from './files';
import { groupOfOne } from './groups';
import { startJob } from './jobStatus';
import { checkBulkMatchBody, checkMatchBody, type HrexVersion } from './matchRules';
import { readSpelled } from './matchSpelling';
import { judgeParts, memberIdentifier } from './members';
import type { Payer, PayerRequest } from './payer';
import type { StandardSettings } from './settings';

/** With which code a payer tells the three meanings of 422 apart (HRex mm-9, mm-10, mm-11). */
const REFUSALS: Record<Exclude<Member['outcome'], 'matched'>, [IssueCode, string]> = {
	'no-match': ['not-found', 'No member was found.'],
	'multiple-matches': ['multiple-matches', 'More than one member was found.'],
	'consent-refused': ['business-rule', 'The consent cannot be honoured.'],
	'consent-not-in-force': ['business-rule', 'The consent is not in force.'],
};

/** `$member-match` (HRex). */
export function memberMatch({ payer, request, headers, checks }: PayerRequest): Answer {
	const { settings, violations } = payer;
	const spelled = readSpelled(request.body, settings);
	if ('refused' in spelled) return spelled.refused;
	const { body } = spelled;
	const before = violations.count;
	checkMediaTypes(headers, settings.mediaType, checks);
	checkMatchBody(body, checks, hrexVersion(payer));
	if (violations.count > before) return refusal(400, 'invalid', 'The request is not as HRex wants it.');
	const { parameter = [] } = body as fhir4.Parameters;
	const part = <T>(name: string) => parameter.find((each) => each.name === name)?.resource as T | undefined;
	const judgement = judgeParts(part('MemberPatient'), part('CoverageToMatch'), part('Consent'), today());
	if (judgement.outcome !== 'matched') return unmatched(settings.noMatchAnswer, judgement.outcome);
	payer.matchedMembers.add(judgement.member);
	return fhirAnswer(200, matched(payer, judgement.member));
}

/** `$bulk-member-match` (PDex): the answer is a job whose files are the result groups. */
export function bulkMemberMatch(asked: PayerRequest): Answer {
	const { payer, request, headers, checks } = asked;
	const { dialect, rules, settings, jobs, groups } = payer;
	checkMediaTypes(headers, settings.mediaType, checks);
	const isAsync = /\brespond-async\b/.test(String(headers.prefer ?? ''));
	if (!checks.check('C1', 'Prefer is respond-async', isAsync)) {
		return refusal(400, 'invalid', 'Prefer: respond-async is required.');
	}
	checkBulkMatchBody(request.body, checks);
	const body = (request.body ?? {}) as fhir4.Parameters;
	if ((body.parameter?.length ?? 0) > settings.mostMembers) {
		return refusal(413, 'too-costly', `At most ${settings.mostMembers} members in one request.`);
	}
	const id = jobs.nextId();
	const { matchCoverage, bulkMatchFiles } = settings;
	const withCoverage = matchCoverage === 'dialect' ? dialect === 'pdex-2.2' : matchCoverage === 'always';
	const results = bulkMatch(body, id, withCoverage, today());
	if (!results) return refusal(400, 'required', 'A MemberBundle lacks its patient or its coverage.');
	results.forEach(({ group, members }) => groups.add(group, members));
	const { bulkMatchResult } = settings;
	const result =
		bulkMatchResult === 'files' ? undefined : resultInStatus(asParameters(results), bulkMatchResult);
	const shape = bulkMatchFiles === 'dialect' ? rules.bulkMatch : bulkMatchFiles;
	const asGroups = results.map(({ group }) => fileOf('output', 'Group', [group]));
	const asOne = fileOf('output', 'Parameters', [asParameters(results)]);
	const files = [...(shape === 'parameters' ? [] : asGroups), ...(shape === 'groups' ? [] : [asOne])];
	return startJob(asked, id, { files, result, byPatient: false, separateStatus: false }, rules.matchStatus);
}

/** The result as FHIR's asynchronous pattern has it, without files. */
function resultInStatus(groups: fhir4.Parameters, as: 'parameters' | 'bundle'): fhir4.FhirResource {
	if (as === 'parameters') return groups;
	const entry = [{ response: { status: '200 OK' }, resource: groups }];
	return { resourceType: 'Bundle', type: 'batch-response', entry };
}

function checkMediaTypes(
	headers: PayerRequest['headers'],
	mediaType: string,
	checks: PayerRequest['checks'],
): void {
	checks.check('B3', 'Content-Type is FHIR JSON', headers['content-type']?.includes(mediaType) === true);
	checks.check('B3', 'Accept is FHIR JSON', headers.accept?.includes(mediaType) === true);
}

function hrexVersion({ dialect, settings }: Payer): HrexVersion {
	if (dialect !== 'hrex-1.0') return '1.2';
	return settings.identifierSystem === 'required' ? '1.0 strict' : '1.0';
}

function today(): string {
	return new Date().toISOString().slice(0, 10);
}

function unmatched(shape: StandardSettings['noMatchAnswer'], outcome: keyof typeof REFUSALS): Answer {
	if (shape === '422-empty') return { status: 422 };
	if (shape === '422-html') {
		return { status: 422, headers: { 'content-type': 'text/html' }, body: '<h1>422</h1>\n' };
	}
	return refusal(422, ...REFUSALS[outcome]);
}

/** The identifier of who was matched, and where the payer's dialect has them the patient and a group. */
function matched({ rules, settings, url, fhirBase }: Payer, member: Member): fhir4.Parameters {
	const memberId = settings.memberId === 'dialect' ? rules.memberId : settings.memberId;
	const reference = `Patient/${member.row.memberId}`;
	const identifier = memberIdentifier(member, rules.identifier);
	const isId = settings.identifierValue === 'patient-id';
	const absolute = `${url()}${fhirBase}/${reference}`;
	const parameter: fhir4.ParametersParameter[] = [
		{
			name: 'MemberIdentifier',
			valueIdentifier: isId ? { ...identifier, value: member.row.memberId } : identifier,
		},
	];
	if (memberId !== 'none') {
		const valueReference = { reference: memberId === 'relative' ? reference : absolute };
		parameter.push({ name: 'MemberId', valueReference });
	}
	if (rules.groupInAnswer) parameter.push({ name: 'groupId', valueString: groupOfOne(member) });
	return { resourceType: 'Parameters', parameter };
}
