import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../../shared/exchange/envelope';
import { isObject } from '../../shared/fhir/json';
import { findingsError, type Finding } from '../../shared/n8n/findings';
import { columnSource, rawParameter } from '../../shared/n8n/parameters';
import { readTenant, type OpenConnection } from '../../shared/payers/connection';
import type { MatchSettings } from '../../shared/payers/payer';
import { matchParameters, matchResources, type MatchParameters } from '../request/matchRequest';
import { fieldsNotToSend } from '../rules/requestCheck';
import { readHrexDetails } from './hrexDetails';
import { MEMBER_FIELDS, readMember } from './memberFields';
import { readResources, type ConsentFacts } from './memberResources';
import { chooseRequest } from './requestChoice';

/** A member whose request is complete and checked. */
export interface PreparedMatch {
	tenant?: string;
	memberId: string;
	parameters: MatchParameters;
	consent: ConsentFacts;
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
	connection: OpenConnection,
	itemIndex: number,
	today: string,
): PreparedMatch {
	inputJson(context, itemIndex);
	const read = readTenant(context, connection, itemIndex);
	// A tenant that is missing is reported together with everything else.
	const tenant = typeof read === 'object' ? undefined : read;
	const ofTenant = typeof read === 'object' ? [read] : [];
	const item = { context, itemIndex, tenant, ofTenant, today };
	return context.getNodeParameter('inputMode', itemIndex) === 'resources'
		? prepareResources(item, connection.match)
		: prepareFields(item, connection.match);
}

interface ItemInput {
	context: IExecuteFunctions;
	itemIndex: number;
	tenant?: string;
	/** What is wrong with the tenant. */
	ofTenant: Finding[];
	/** `YYYY-MM-DD` */
	today: string;
}

function prepareFields(item: ItemInput, settings: MatchSettings): PreparedMatch {
	const { context, itemIndex, tenant, ofTenant, today } = item;
	const parameter = (name: string) => rawParameter(context, name, itemIndex);
	const hrex = collection(parameter('hrexDetails'));
	const { details, findings: ofDetails } = readHrexDetails(hrex);
	const {
		partners,
		profiles,
		findings: ofRequest,
	} = chooseRequest(settings, hrex.fullRequest === true, details);
	const policy = parameter('consentPolicy');
	const { coverage } = collection(parameter('coverageToLink'));
	const member = readMember(
		{
			tenant,
			values: Object.fromEntries(Object.keys(MEMBER_FIELDS).map((name) => [name, parameter(name)])),
			policy: policy === 'fromItem' ? policyOfItem(context.getInputData()[itemIndex].json) : policy,
			additional: collection(parameter('additionalFields')),
			coverageToLink: isObject(coverage) ? coverage : undefined,
			requestingPlanIsNamed: partners !== undefined,
		},
		today,
		(name) => columnSource(context, name, itemIndex),
	);
	const ofMember = 'findings' in member ? member.findings : [];
	const findings = [...ofTenant, ...ofMember, ...ofDetails, ...ofRequest];
	if (findings.length > 0 || 'findings' in member) throw notToSend(findings);
	const { memberId, consent } = member.value;
	const resources = matchResources(member.value, partners, details);
	const parameters = matchParameters(requestId(settings, memberId), resources);
	const broken = fieldsNotToSend(parameters, profiles);
	if (broken.length > 0) throw notToSend(broken);
	return { tenant, memberId, consent, parameters };
}

/** What a collection of the form holds; a form that was never opened has none. */
function collection(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

/** The column `consentPolicy`; a table that has it and leaves it empty means regular. */
function policyOfItem({ consentPolicy }: IDataObject): unknown {
	const isEmpty =
		consentPolicy === undefined ||
		consentPolicy === null ||
		(typeof consentPolicy === 'string' && consentPolicy.trim() === '');
	return isEmpty ? 'regular' : consentPolicy;
}

function prepareResources(item: ItemInput, settings: MatchSettings): PreparedMatch {
	const { context, itemIndex, tenant, ofTenant, today } = item;
	const parameter = (name: string) => rawParameter(context, name, itemIndex);
	const read = readResources(
		{
			memberId: parameter('memberId'),
			patient: parameter('patient'),
			coverageToMatch: parameter('coverageToMatch'),
			consent: parameter('consent'),
			coverageToLink: parameter('coverageToLinkResource'),
		},
		today,
		settings,
	);
	if ('findings' in read) throw notToSend([...ofTenant, ...read.findings]);
	if (ofTenant.length > 0) throw notToSend(ofTenant);
	const { memberId, resources, consent } = read.value;
	return { tenant, memberId, consent, parameters: matchParameters(requestId(settings, memberId), resources) };
}

function requestId({ withRequestId }: MatchSettings, memberId: string): string | undefined {
	return withRequestId ? memberId : undefined;
}

function notToSend(findings: readonly Finding[]): Error {
	return findingsError('The match request', findings);
}
