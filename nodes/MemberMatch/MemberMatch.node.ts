import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { allFindingsError } from '../shared/findings';
import { grantHints, matchHints, showHints } from '../shared/hints';
import { asNodeError, concurrencyOf, placeResults, settle, workOnItems, type Routed } from '../shared/items';
import { withoutBlanks } from '../shared/json';
import { judgeMatch } from '../shared/memberMatch/answer';
import { readFoundPatient, type MatchedMember } from '../shared/memberMatch/matchedMember';
import { PAYER_CREDENTIALS } from '../shared/payerApis';
import { throwIfForbidden } from '../shared/payerErrors';
import { isSuccess } from '../shared/payerReply';
import { ask, openConnection, type OpenConnection } from '../shared/transport';
import { todayIn } from '../shared/values';
import { memberMatchForm } from './form';
import { prepare, type PreparedMatch } from './prepare';

const MATCHED = 0;
const NOT_MATCHED = 1;

/** Payers must watch for brute force (HRex mm-7), so few at once. */
const STANDARD_CONCURRENCY = 2;

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
		credentials: PAYER_CREDENTIALS,
		properties: memberMatchForm,
	};

	/**
	 * Asks the payer for each input item once. All items are checked before the first is sent; where On Error is to stop and
	 * any item is bad, nothing is sent.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await settle(async () => ({
			connection: await openConnection(this),
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
		const outputs = placeResults(this, results, { count: 2, error: NOT_MATCHED });
		const grant = run instanceof Error ? undefined : run.connection.lesserGrant();
		if (this.isToolExecution?.() !== true) showHints(this, [...matchHints(outputs), ...grantHints(grant)]);
		return outputs;
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
	const base = { memberId, ...(tenant !== undefined && { tenant }) };
	const about = { consentId: consent.id, consentPolicy: consent.policy };
	if (!inForce && options.ignoreConsentPeriod !== true) {
		const reason = `The consent holds from ${consent.start} to ${consent.end}; today is ${today}. Nothing was sent to the payer.`;
		return { output: NOT_MATCHED, json: { ...base, outcome: 'consent-not-in-force', reason, ...about } };
	}
	const ignored = inForce ? {} : { consentPeriodIgnored: true };
	const reply = await ask(context, connection, connection.matchRequest(tenant, parameters), 'asking');
	throwIfForbidden(reply, 'to match a member', connection);
	const verdict = judgeMatch(reply, [parameters], {
		groupIdPath: options.groupIdPath as string | undefined,
		brings: connection.match.brings,
		...(!connection.tenants && { places: `the ${connection.addressField} of the credential` }),
	});
	const response = (reply.json ?? reply.text) as IDataObject;
	if (verdict.outcome === 'matched') {
		const { outcome, ...member } = verdict;
		const matchedAt = new Date().toISOString();
		const found = await findPatient(context, connection, member);
		return {
			output: MATCHED,
			json: {
				...base,
				...asJson(member),
				...found,
				outcome,
				matchedAt,
				...about,
				...ignored,
				response,
			},
		};
	}
	const { outcome, reason } = verdict;
	return {
		output: NOT_MATCHED,
		json: { ...base, outcome, reason, httpStatus: reply.status, ...about, ...ignored, response },
	};
}

/**
 * Finds the Patient of a member of whom the match brought an identifier alone (HRex: later requests go by the identifier). A match
 * is not asked for twice, so whatever the search meets, the member stays matched and the item says why it has no `patientId`.
 */
async function findPatient(
	context: IExecuteFunctions,
	connection: OpenConnection,
	{ groupId, patientId, memberIdentifier }: MatchedMember,
): Promise<IDataObject> {
	const isNamed = groupId !== undefined || patientId !== undefined;
	const search =
		isNamed || !memberIdentifier ? undefined : connection.patientSearchRequest?.(memberIdentifier);
	if (!search) return {};
	const reply = await settle(() => ask(context, connection, search, 'reading'));
	if (reply instanceof Error) return { patientNotFound: `${reply.message}.` };
	if (!isSuccess(reply))
		return { patientNotFound: `The payer answered the search with HTTP ${reply.status}.` };
	const found = readFoundPatient(reply.json);
	return found === undefined
		? { patientNotFound: 'The payer has nobody, or more than one, of this identifier.' }
		: { patientId: found };
}

function asJson({ groupId, memberIdentifier, patientId }: MatchedMember): IDataObject {
	return withoutBlanks<IDataObject>({
		groupId,
		memberIdentifier: memberIdentifier && { ...memberIdentifier },
		patientId,
	});
}
