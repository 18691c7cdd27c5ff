import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { findingsError, type Finding } from '../../shared/n8n/findings';
import type { ConsentPolicy } from './consentPolicy';
import { readHrexDetails } from './hrexDetails';
import { MEMBER_FIELDS, readMember } from './memberFields';
import { readResources } from './memberResources';
import { matchParameters, matchResources } from '../request/matchRequest';
import { fieldsNotToSend } from '../rules/requestCheck';
import { inputJson, lookedFor, rawParameter, readTenant } from '../../shared/exchange/itemFields';
import type { MatchWays, Payer } from '../../shared/payers/payer';
import { chooseRequest } from '../request/fullRequest';

/** A member whose request is complete and checked. */
export interface PreparedMatch {
	tenant?: string;
	memberId: string;
	parameters: fhir4.Parameters;
	consent: { id: string; start: string; end: string; policy: ConsentPolicy };
}

/** The Not Matched item of a member whose consent does not hold today; undefined where it does, or where that is to be ignored. */
export function consentNotInForce(
	{ memberId, tenant, consent }: PreparedMatch,
	options: IDataObject,
	today: string,
): IDataObject | undefined {
	if (isInForce(consent, today) || options.ignoreConsentPeriod === true) return undefined;
	const { id, start, end, policy } = consent;
	const reason = `The consent holds from ${start} to ${end}; today is ${today}. Nothing was sent to the payer.`;
	return {
		memberId,
		...(tenant !== undefined && { tenant }),
		outcome: 'consent-not-in-force',
		reason,
		consentId: id,
		consentPolicy: policy,
	};
}

/** By which consent a member was asked for, as the items say it. */
export function aboutConsent(consent: PreparedMatch['consent'], today: string): IDataObject {
	return {
		consentId: consent.id,
		consentPolicy: consent.policy,
		...(!isInForce(consent, today) && { consentPeriodIgnored: true }),
	};
}

function isInForce({ start, end }: PreparedMatch['consent'], today: string): boolean {
	return start <= today && today <= end;
}

/**
 * Reads one item by the form and checks the request that is made of it, by the payer's own rules.
 *
 * @param today `YYYY-MM-DD` in the workflow's time zone
 * @throws ExchangeError that lists everything that is wrong with the item
 */
export function prepare(
	context: IExecuteFunctions,
	connection: Payer,
	itemIndex: number,
	today: string,
): PreparedMatch {
	inputJson(context, itemIndex);
	const read = readTenant(context, connection, itemIndex);
	// A tenant that is missing is told together with everything else.
	const [tenant, wrong] = typeof read === 'object' ? [undefined, [read]] : [read, []];
	const mode = context.getNodeParameter('inputMode', itemIndex) as string;
	return mode === 'resources'
		? prepareResources(context, connection.match, { tenant, wrong }, itemIndex, today)
		: prepareFields(context, connection.match, { tenant, wrong }, itemIndex, today);
}

interface ReadTenant {
	tenant?: string;
	wrong: Finding[];
}

function prepareFields(
	context: IExecuteFunctions,
	ways: MatchWays,
	{ tenant, wrong }: ReadTenant,
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
		(name) => lookedFor(context, name, itemIndex),
	);
	const hrex = (parameter('hrexDetails') ?? {}) as IDataObject;
	const { details, findings: ofDetails } = readHrexDetails(hrex);
	const { partners, profiles, findings: ofRequest } = chooseRequest(ways, hrex.fullRequest === true, details);
	throwIfAny([...wrong, ...findings, ...ofDetails, ...ofRequest]);
	const { memberId, consent } = member;
	const parameters = matchParameters(idOf(ways, memberId), matchResources(member, partners, details));
	throwIfAny(fieldsNotToSend(parameters, profiles));
	return { tenant, memberId, consent, parameters };
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
	ways: MatchWays,
	{ tenant, wrong }: ReadTenant,
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
		ways,
	);
	throwIfAny([...wrong, ...findings]);
	return { tenant, memberId, consent, parameters: matchParameters(idOf(ways, memberId), resources) };
}

function idOf({ withRequestId }: MatchWays, memberId: string): string | undefined {
	return withRequestId ? memberId : undefined;
}

function throwIfAny(findings: readonly Finding[]): void {
	if (findings.length > 0) throw findingsError('The match request', findings);
}
