import { crowdByGroup, crowdGroupId } from './crowd';
import { HREX_TEMP } from './codeSystems';
import { opaqueId } from './ids';
import { JSON_TYPE } from './mediaTypes';
import type { Judgement } from './memberMatch';
import { members, type MatchOutcome, type Member } from './members';
import { fhirAnswer, operationOutcome, refusal, type Answer, type IssueCode } from './operationOutcome';
import type { Settings } from './settings';

/** The id of the group that a tenant makes of one matched member. */
export function groupIdOf(tenant: string, member: Member): string {
	return crowdGroupId(tenant, member) ?? opaqueId('group', tenant, member.row.memberId);
}

const canBeMatched: readonly MatchOutcome[] = ['matched', 'consent-not-in-force'];

/** The member of a group id, where the tenant gives such a group out. */
export function memberOfGroup(tenant: string, groupId: string): Member | undefined {
	return [...members, crowdByGroup(tenant, groupId)].find(
		(member) => member && canBeMatched.includes(member.outcome) && groupIdOf(tenant, member) === groupId,
	);
}

function group(id: string, quantity: number): fhir4.Group {
	return { resourceType: 'Group', id, type: 'person', actual: true, quantity };
}

function parameters(...parameter: fhir4.ParametersParameter[]): fhir4.Parameters {
	return { resourceType: 'Parameters', parameter };
}

function groupReference(groupId: string, { row }: Member): fhir4.Parameters {
	const type = { coding: [{ system: HREX_TEMP, code: 'UMB' }] };
	return parameters(
		{
			name: 'MemberIdentifier',
			valueIdentifier: { type, system: 'https://payer.example/member-id', value: row.memberId },
		},
		{ name: 'MemberId', valueReference: { reference: `Patient/${row.memberId}` } },
		{ name: 'Group', valueReference: { reference: `Group/${groupId}` } },
	);
}

function matched(shape: Settings['matchAnswer'], groupId: string, member: Member): Answer {
	const found = group(groupId, 1);
	const nobody = group(opaqueId('nobody', groupId), 0);
	switch (shape) {
		case 'parameters':
			return fhirAnswer(200, parameters({ name: 'groupId', valueString: groupId }));
		case 'json':
			return { status: 200, headers: { 'content-type': JSON_TYPE }, body: { groupId } };
		case 'group-reference':
			return fhirAnswer(200, groupReference(groupId, member));
		case 'matched-members':
			return fhirAnswer(
				200,
				parameters(
					{ name: 'MatchedMembers', resource: found },
					{ name: 'NonMatchedMembers', resource: nobody },
				),
			);
		case 'group':
			return fhirAnswer(200, found);
	}
}

type Unmatched = Exclude<MatchOutcome, 'matched'>;

const reasons: Record<Unmatched, { code: IssueCode; text: string }> = {
	'no-match': { code: 'not-found', text: 'No member matches the request.' },
	'multiple-matches': { code: 'multiple-matches', text: 'Several members match the request.' },
	'consent-refused': { code: 'business-rule', text: 'The consent cannot be honoured.' },
	'consent-not-in-force': { code: 'business-rule', text: 'The consent is not in force today.' },
};

function emptyGroups(tenant: string, outcome: Unmatched): fhir4.Parameters {
	const name = outcome.startsWith('consent') ? 'ConsentConstrainedMembers' : 'NonMatchedMembers';
	return parameters(
		{ name: 'MatchedMembers', resource: group(opaqueId('matched', tenant, outcome), 0) },
		{ name, resource: group(opaqueId(name, tenant, outcome), 1) },
	);
}

function unmatched(shape: Settings['noMatchAnswer'], tenant: string, outcome: Unmatched): Answer {
	const { code, text } = reasons[outcome];
	switch (shape) {
		case '422':
		case '404':
		case '400':
			return refusal(Number(shape), code, text);
		case '422-empty':
			return { status: 422 };
		case '422-html':
			return {
				status: 422,
				headers: { 'content-type': 'text/html; charset=utf-8' },
				body: '<!doctype html><html><body><h1>422 Unprocessable Entity</h1></body></html>\n',
			};
		case '200-empty-group':
			return fhirAnswer(200, emptyGroups(tenant, outcome));
		case '200-operation-outcome':
			return fhirAnswer(200, operationOutcome(code, text));
	}
}

/** The answer to $member-match, in the shape that the settings ask for. */
export function matchAnswer(settings: Settings, tenant: string, judgement: Judgement): Answer {
	return judgement.outcome === 'matched'
		? matched(settings.matchAnswer, groupIdOf(tenant, judgement.member), judgement.member)
		: unmatched(settings.noMatchAnswer, tenant, judgement.outcome);
}
