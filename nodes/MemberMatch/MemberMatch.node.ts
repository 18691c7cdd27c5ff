import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { allFindingsError, findingsError, type Finding } from '../shared/findings';
import { asNodeError, concurrencyOf, placeResults, settle, workOnItems, type Routed } from '../shared/items';
import { judgeMatch } from '../shared/memberMatch/answer';
import type { ConsentPolicy } from '../shared/memberMatch/consentPolicy';
import { MEMBER_FIELDS, readMember } from '../shared/memberMatch/memberFields';
import { readResources } from '../shared/memberMatch/memberResources';
import { matchParameters, matchResources } from '../shared/memberMatch/request';
import { reasonsNotToSend } from '../shared/memberMatch/requestCheck';
import { inputJson, pathParameter, rawParameter, TENANT, whereLooked } from '../shared/parameters';
import { oneUpHealth } from '../shared/payerApis/oneUpHealth';
import type { Connection } from '../shared/payerApis/payerApi';
import { throwIfForbidden } from '../shared/payerErrors';
import { ask, openConnection, type OpenConnection } from '../shared/transport';
import { todayIn } from '../shared/values';
import { memberMatchForm } from './form';

const MATCHED = 0;
const NOT_MATCHED = 1;

/** Payers must watch for brute force (HRex mm-7), so few at once. */
const STANDARD_CONCURRENCY = 2;

/** A member whose request is complete and checked. */
interface PreparedMatch {
	tenant: string;
	memberId: string;
	parameters: fhir4.Parameters;
	consent: { id: string; start: string; end: string; policy: ConsentPolicy };
}

export class MemberMatch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Member Match',
		name: 'memberMatch',
		icon: { light: 'file:memberMatch.svg', dark: 'file:memberMatch.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["inputMode"] === "resources" ? "from FHIR resources" : "from fields" }}',
		description: 'Find a member at their other health plan (payer-to-payer exchange, FHIR $member-match)',
		defaults: { name: 'Member Match' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Matched', 'Not Matched'],
		credentials: [{ name: 'oneUpHealthOAuth2Api', required: true }],
		properties: memberMatchForm,
	};

	/**
	 * Asks the payer for each input item once. All items are checked before the first is sent; where On Error is to stop and
	 * any item is bad, nothing is sent.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await settle(async () => ({
			connection: await openConnection(this, oneUpHealth),
			options: this.getNodeParameter('options', 0, {}) as IDataObject,
			today: todayIn(this.getTimezone()),
		}));
		const prepared = await Promise.all(
			this.getInputData().map((_, itemIndex) =>
				settle(() => {
					if (run instanceof Error) throw run;
					return prepare(this, run.connection, itemIndex, run.today);
				}),
			),
		);
		if (!this.continueOnFail()) throwIfAnyBad(this, run, prepared);

		const concurrency = concurrencyOf(run instanceof Error ? {} : run.options, STANDARD_CONCURRENCY);
		const results = await workOnItems(this, concurrency, async (itemIndex) => {
			const member = prepared[itemIndex];
			if (run instanceof Error) throw run;
			if (member instanceof Error) throw member;
			return [await match(this, run.connection, member, itemIndex, run.today)];
		});
		return placeResults(this, results, { count: 2, error: NOT_MATCHED });
	}
}

function throwIfAnyBad(
	context: IExecuteFunctions,
	run: object | Error,
	prepared: ReadonlyArray<PreparedMatch | Error>,
): void {
	if (run instanceof Error) throw asNodeError(context.getNode(), run, 0);
	const bad = new Map<number, Error>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) bad.set(itemIndex, member);
	});
	const [first] = bad;
	if (!first) return;
	const [itemIndex, error] = first;
	throw asNodeError(
		context.getNode(),
		bad.size === 1 ? error : allFindingsError(bad, prepared.length),
		itemIndex,
	);
}

function prepare(
	context: IExecuteFunctions,
	connection: Connection,
	itemIndex: number,
	today: string,
): PreparedMatch {
	inputJson(context, itemIndex);
	const tenant = pathParameter(context, TENANT, itemIndex, connection.defaultTenant);
	const mode = context.getNodeParameter('inputMode', itemIndex) as string;
	return mode === 'resources'
		? prepareResources(context, tenant, itemIndex, today)
		: prepareFields(context, tenant, itemIndex, today);
}

function prepareFields(
	context: IExecuteFunctions,
	tenant: string,
	itemIndex: number,
	today: string,
): PreparedMatch {
	const parameter = (name: string) => rawParameter(context, name, itemIndex);
	const names = Object.keys(MEMBER_FIELDS);
	const policy = parameter('consentPolicy');
	const link = parameter('coverageToLink') as { coverage?: IDataObject } | undefined;
	const { member, findings } = readMember(
		{
			tenant,
			values: Object.fromEntries(names.map((name) => [name, parameter(name)])),
			policy: policy === 'fromItem' ? policyOfItem(context.getInputData()[itemIndex].json) : policy,
			additional: (parameter('additionalFields') ?? {}) as IDataObject,
			coverageToLink: link?.coverage,
		},
		today,
		(name) => whereLooked(context, name, itemIndex),
	);
	throwIfAny(findings);
	const { memberId, consent } = member;
	return {
		tenant,
		memberId,
		consent,
		parameters: checked(matchParameters(memberId, matchResources(member))),
	};
}

/** The column `consentPolicy`; a table that has it and leaves it empty means regular. */
function policyOfItem({ consentPolicy }: IDataObject): unknown {
	const isEmpty =
		consentPolicy === undefined ||
		consentPolicy === null ||
		(typeof consentPolicy === 'string' && consentPolicy.trim() === '');
	return isEmpty ? 'regular' : consentPolicy;
}

function prepareResources(
	context: IExecuteFunctions,
	tenant: string,
	itemIndex: number,
	today: string,
): PreparedMatch {
	const parameter = (name: string) => rawParameter(context, name, itemIndex);
	const { memberId, resources, consent, findings } = readResources(
		{
			memberId: parameter('memberId'),
			patient: parameter('patient'),
			coverageToMatch: parameter('coverageToMatch'),
			consent: parameter('consent'),
			coverageToLink: parameter('coverageToLinkResource'),
		},
		today,
		oneUpHealth.matchProfile,
	);
	throwIfAny(findings);
	return { tenant, memberId, consent, parameters: checked(matchParameters(memberId, resources)) };
}

/** The request as it is, where the payer's rules allow to send it. */
function checked(parameters: fhir4.Parameters): fhir4.Parameters {
	throwIfAny(reasonsNotToSend(parameters, oneUpHealth.matchProfile));
	return parameters;
}

function throwIfAny(findings: readonly Finding[]): void {
	if (findings.length > 0) throw findingsError('The match request', findings);
}

async function match(
	context: IExecuteFunctions,
	connection: OpenConnection,
	member: PreparedMatch,
	itemIndex: number,
	today: string,
): Promise<Routed> {
	const { tenant, memberId, parameters, consent } = member;
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const inForce = consent.start <= today && today <= consent.end;
	const base = { memberId, tenant };
	const about = { consentId: consent.id, consentPolicy: consent.policy };
	if (!inForce && options.ignoreConsentPeriod !== true) {
		const reason = `The consent holds from ${consent.start} to ${consent.end}; today is ${today}. Nothing was sent to the payer.`;
		return { output: NOT_MATCHED, json: { ...base, outcome: 'consent-not-in-force', reason, ...about } };
	}
	const ignored = inForce ? {} : { consentPeriodIgnored: true };
	const reply = await ask(
		context,
		connection,
		oneUpHealth.matchRequest(connection, tenant, parameters),
		'asking',
	);
	throwIfForbidden(reply, 'to match a member');
	const verdict = judgeMatch(reply, [parameters], options.groupIdPath as string | undefined);
	const response = (reply.json ?? reply.text) as IDataObject;
	if (verdict.outcome === 'matched') {
		const { groupId, outcome } = verdict;
		const matchedAt = new Date().toISOString();
		return {
			output: MATCHED,
			json: { ...base, groupId, outcome, matchedAt, ...about, ...ignored, response },
		};
	}
	const { outcome, reason } = verdict;
	return {
		output: NOT_MATCHED,
		json: { ...base, outcome, reason, httpStatus: reply.status, ...about, ...ignored, response },
	};
}
