import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Destination, PayerRequest, Query } from '../http/request';

/** Whose data an export is to hold. */
export interface ExportSubject {
	/** The health plan, at a gateway that speaks for several. */
	tenant?: string;
	groupId?: string;
	/** Logical id of the member's Patient at the payer. */
	patientId?: string;
}

/** An export job as an item names it. */
export interface JobReference {
	tenant?: string;
	jobId: string;
	/** Where the payer says how the job is getting on. */
	statusUrl?: string;
}

/** A plan by its name, its National Provider Identifier, or both. */
export interface Organization {
	name?: string;
	npi?: string;
}

/** What HRex wants said in every match request of one connection. */
export interface ExchangePartners {
	/** The plan that asks. */
	requesting: Organization;
	/** The plan that is asked. */
	responding: Organization;
}

/** By whose rules a match request is checked: the contract of 1up, or a version of HRex. */
export type RequestProfile = '1up' | 'hrex-1.0' | 'hrex-1.2';

/** How members are matched at a payer. */
export interface MatchSettings {
	/** The rules that its match requests must keep. */
	profile: RequestProfile;
	/** Whether the request carries the member id as its own id (1up's contract). */
	withRequestId: boolean;
	/** What a match must bring: the group that the export is of, or anything that names the member. */
	identifiesBy: 'group' | 'member';
	/** Given where each request is to be a full HRex one, whatever the form says. The form can name other plans. */
	partners?: ExchangePartners;
	/** Given where a full HRex request is sent only if the form says so: the rules that it must keep besides. */
	onRequest?: RequestProfile;
}

/** What to do about a kick-off that is refused with a status, in the words of the payer's own fields. */
export type KickOffHints = Readonly<Record<number, string>>;

/** Ends what is said of a kick-off that finds nobody (404). */
export const WHICH_IDS =
	'they take the ids that Member Match gives, and no names. An id may also have expired: match the member again.';

/** How several members are matched by one request, which the payer answers later (PDex `$bulk-member-match`). */
export interface BulkMatch {
	/** @param parameters the body of `$bulk-member-match` */
	request(parameters: object): PayerRequest;
	hints: KickOffHints;
	/** The job that an address of the payer names. @throws ExchangeError where it is on another host */
	jobFrom(text: string): JobReference | undefined;
}

/** One payer that a credential connects to, ready to be asked: what differs between payers is here and nowhere else. */
export interface Payer extends Omit<Destination, 'pace'> {
	/** The health plan that is asked where neither item nor node names one, at a gateway that speaks for several. */
	defaultTenant?: string;
	match: MatchSettings;
	/** Undefined where the payer matches one member at a time. */
	bulkMatch?: BulkMatch;
	/** Whether a group may hold several members, so that one export serves all input items that ask for the same. */
	sharesExports: boolean;

	/** @param parameters the body of `$member-match` */
	matchRequest(tenant: string | undefined, parameters: object): PayerRequest;
	/** Finds the Patient of a matched member by the identifier that the match brought; undefined where that is not needed. */
	patientSearchRequest?(identifier: { system?: string; value: string }): PayerRequest;
	/** What the payer says it can do (FHIR `metadata`); undefined where it is not asked. */
	capabilitiesRequest?: PayerRequest;
	kickOffHints: KickOffHints;
	/**
	 * @param capabilities what `capabilitiesRequest` was answered with, where there is one
	 * @throws ExchangeError where the payer cannot export by what the subject names
	 */
	kickOffRequest(subject: ExportSubject, query: Query, capabilities?: unknown): PayerRequest;
	/** The job that an address or a sentence of the payer names. @throws ExchangeError where it is on another host */
	jobFrom(text: string, subject: ExportSubject): JobReference | undefined;
	/** @throws ExchangeError where the job's address is not the payer's own */
	statusRequest(job: JobReference): PayerRequest;
	/** Says to the payer that a job is no longer needed (Bulk Data, "Delete Request"); undefined where it is not offered. */
	deleteRequest?(job: JobReference): PayerRequest;
	/**
	 * The request for a further part of a manifest (Bulk Data 3, `link.next`).
	 * @throws ExchangeError where the address is not the payer's own
	 */
	manifestPageRequest(url: string): PayerRequest;
	/**
	 * The request for an output file, wherever the manifest says it is.
	 * @throws ExchangeError where it may not be fetched from there
	 */
	fileRequest(url: string, requiresAccessToken: boolean): PayerRequest;
}

/**
 * What a kind of payer takes besides what all take. The forms show the fields for it, and the nodes read them, by this alone.
 * - `tenant`: the plan that is meant, at a gateway that speaks for several
 * - `jobId`, `statusUrl`: what a job is asked for by; where both are taken, the address goes before the id
 * - `patientId`: an export of one patient, where the match brought no group
 * - `bulkMatch`: many members in one match request
 * - `deleteJob`: being told that a job is no longer needed
 * - `standardQuery`: the query parameters that FHIR Bulk Data has for kick-offs
 * - `fullHrexRequest`: a full HRex match request on request
 */
export type Taken =
	| 'tenant'
	| 'jobId'
	| 'statusUrl'
	| 'patientId'
	| 'bulkMatch'
	| 'deleteJob'
	| 'standardQuery'
	| 'fullHrexRequest';

/** One kind of payer: a choice of the parameter Payer API. */
export interface PayerKind {
	/** Value of the parameter; also the name of its folder. */
	name: string;
	/** What the drop-down shows. */
	displayName: string;
	description: string;
	/** The credentials that can connect to it; the first is the usual one. */
	credentials: ReadonlyArray<{ type: string; displayName: string; description: string }>;
	takes: readonly Taken[];
	/** @throws ExchangeError where the credential's fields cannot work */
	connect(credentials: ICredentialDataDecryptedObject, credentialType: string): Payer;
}
