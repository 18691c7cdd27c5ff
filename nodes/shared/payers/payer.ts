import type { Destination, PayerRequest, Query } from '../http/request';
import type { Hint } from '../n8n/hints';

/** Whose data to export. */
export interface ExportSubject {
	/** The health plan, at a gateway that serves several. */
	tenant?: string;
	groupId?: string;
	/** Logical id of the member's Patient at the payer. */
	patientId?: string;
}

/** Identifies a job at the payer. */
export interface JobReference {
	tenant?: string;
	jobId: string;
	/** URL of the job's status endpoint. */
	statusUrl?: string;
}

/** A plan, identified by name, National Provider Identifier, or both. */
export interface Organization {
	name?: string;
	npi?: string;
}

/** The two plans that HRex requires in every match request. */
export interface ExchangePartners {
	/** The plan that requests the data. */
	requesting: Organization;
	/** The plan that holds the data. */
	responding: Organization;
}

/** The rules that a match request is checked against: 1up's contract, or a version of HRex. */
export type RequestProfile = '1up' | 'hrex-1.0' | 'hrex-1.2';

/** How member match works at a payer. */
export interface MatchSettings {
	/** The rules that match requests must follow. */
	profile: RequestProfile;
	/** Whether the request's own id is the member id (1up's contract). */
	withRequestId: boolean;
	/** What a match must return: a group to export, or anything that identifies the member. */
	identifiesBy: 'group' | 'member';
	/** Set if every request must be a full HRex request. The form can override the plans. */
	partners?: ExchangePartners;
	/** Set if the form can choose a full HRex request: the additional rules that it must follow. */
	fullRequestProfile?: RequestProfile;
}

/** Advice for a rejected kick-off by HTTP status, naming the payer's own fields. */
export type KickOffHints = Readonly<Record<number, string>>;

/** Second half of the advice for a 404 on kick-off. */
export const EXPECTED_IDS =
	'they take the ids that Member Match gives, and no names. An id may also have expired: match the member again.';

/** Asynchronous match of several members in one request (PDex `$bulk-member-match`). */
export interface BulkMatch {
	/** @param parameters the body of `$bulk-member-match` */
	request(parameters: object): PayerRequest;
	hints: KickOffHints;
	/** Extracts the job from a URL of the payer. @throws ExchangeError if the URL is on another host */
	jobFrom(text: string): JobReference | undefined;
}

/** What a payer can be asked without a member (node Check Payer). */
export interface PayerProbes {
	/** The capability statement, with the token. */
	capabilities: PayerRequest;
	/** Whether the payer must have one: FHIR servers do, a gateway by its own contract need not. */
	statesCapabilities: boolean;
	/** How it is found out where and how to sign in, at payers that say so; without the token. */
	discovery?: { smartConfiguration: PayerRequest; udap: PayerRequest };
}

/** What a server says of itself in its capability statement. */
export interface StatedSoftware {
	/** Names of software and publisher: the payer's words, to be compared, never shown. */
	names: readonly string[];
	/** Version of the guide for payer-to-payer exchange that it names. */
	guide?: string;
}

/** A choice of the credential's form, by the labels that people see. */
export interface SuggestedSetting {
	field: string;
	choice: string;
}

/** One payer, configured from a credential. Everything that differs between payers is in this interface. */
export interface Payer
	extends Omit<Destination, 'paces' | 'signInPause' | 'trouble' | 'answerTimes' | 'beforeRequest'> {
	/** What is shown of the credential in each node that uses it, beside its client certificate. */
	hints?: readonly Hint[];
	/** The base address that names the payer in items, where it is not `baseUrl`. */
	address?: string;
	/** What people call the payer, for the column `payerName`. */
	payerName?(tenant: string | undefined): string | undefined;
	/** The address that the payer's resources stand below, as `<base>/Type/id`; without a slash at the end. Undefined if it is not known. */
	fhirBase?(tenant: string | undefined): string;
	/** The health plan to use if neither item nor node names one, at a gateway that serves several. */
	defaultTenant?: string;
	/** The tenant of a health plan by the plan's own name; undefined if the credential does not list it. */
	tenantOf?(name: string): string | undefined;
	/** The health plans that the credential lists, for the drop-down of the field Tenant. */
	plans?: ReadonlyArray<{ name: string; tenant: string }>;
	/** The tenant as the credential lists it, for one in any case; undefined if it is not listed. Only where there is a list. */
	listedTenant?(tenant: string): string | undefined;
	match: MatchSettings;
	/** Whether errors repeat the payer's words, masked (a switch of the credential). */
	showsWords?: boolean;
	/** Undefined if the payer matches only one member per request. */
	bulkMatch?: BulkMatch;
	/** Whether a group can contain several members, so that one export serves all input items with the same request. */
	sharesExports: boolean;

	/** @param parameters the body of `$member-match` */
	matchRequest(tenant: string | undefined, parameters: object): PayerRequest;
	/** Searches the Patient of a matched member by the identifier from the match; undefined if that is not needed. */
	patientSearchRequest?(identifier: { system?: string; value: string }): PayerRequest;
	/** Request for the payer's capability statement (FHIR `metadata`); undefined if it is not needed. */
	capabilitiesRequest?: PayerRequest;
	/** Whether the value of the identifier from the match is the logical id of the member's Patient. */
	identifierIsId?: boolean;
	/** Undefined if nothing can be asked without a member. */
	probes?: PayerProbes;
	/** The choice of the credential that fits what the payer says of itself; undefined if it is chosen, or none is known. */
	suggestedSoftware?(stated: StatedSoftware): SuggestedSetting | undefined;
	kickOffHints: KickOffHints;
	/**
	 * @param capabilities response to `capabilitiesRequest`, if there is one
	 * @throws ExchangeError if the payer cannot export this subject
	 */
	kickOffRequest(subject: ExportSubject, query: Query, capabilities?: unknown): PayerRequest;
	/** Whether the request gives the data itself, as a file, so that nothing is started and nothing waited for. */
	kickOffIsFile?: boolean;
	/** Extracts the job from a URL or a text of the payer. @throws ExchangeError if the URL is on another host */
	jobFrom(text: string, subject: ExportSubject): JobReference | undefined;
	/** @throws ExchangeError if the job's URL is not on the payer's host */
	statusRequest(job: JobReference): PayerRequest;
	/** Request to delete a job (Bulk Data, "Delete Request"); undefined if the payer does not support it. */
	deleteRequest?(job: JobReference): PayerRequest;
	/**
	 * The request for a further page of a manifest (Bulk Data 3, `link.next`).
	 * @throws ExchangeError if the URL is not on the payer's host
	 */
	manifestPageRequest(url: string): PayerRequest;
	/**
	 * The request for an output file.
	 * @throws ExchangeError if files may not be fetched from that URL
	 */
	fileRequest(url: string, requiresAccessToken: boolean): PayerRequest;
}
