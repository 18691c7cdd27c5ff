import type { FastifyRequest } from 'fastify';
import type { Member } from '../members';
import type { Answer } from '../operationOutcome';
import { dialectRules, type Dialect, type DialectRules } from './dialects';
import type { Groups } from './groups';
import type { StandardJobs } from './jobs';
import type { StandardSettings } from './settings';
import type { StandardTokens } from './tokens';
import type { Checks, Violations } from './violations';

/** What all payers of the sandbox share. */
export interface SharedState {
	settings: StandardSettings;
	violations: Violations;
	tokens: StandardTokens;
	jobs: StandardJobs;
	groups: Groups;
	/** The address of the server, and of the one that gives out files without a token. */
	url: () => string;
	openUrl: () => string;
	/** Whether a client certificate is wanted. */
	mtls: boolean;
}

/** One payer: how it follows the standards, and what it remembers of its clients. */
export interface Payer extends SharedState {
	dialect: Dialect;
	rules: DialectRules;
	/** Path of its FHIR base. */
	fhirBase: string;
	/** Whom `$member-match` matched: `Patient/$export` exports them. */
	matchedMembers: Set<Member>;
	/** Who was found by a search for the identifier. */
	searchedMembers: Set<Member>;
	/** Ids of groups that `$davinci-data-export` exported before. */
	exportedGroups: Set<string>;
}

/** A payer to which nobody has spoken yet. */
export function newPayer(dialect: Dialect, shared: SharedState): Payer {
	return {
		...shared,
		dialect,
		rules: dialectRules[dialect],
		fhirBase: `/${dialect}/fhir`,
		matchedMembers: new Set(),
		searchedMembers: new Set(),
		exportedGroups: new Set(),
	};
}

/** One request to a payer. */
export interface PayerRequest {
	payer: Payer;
	request: FastifyRequest;
	headers: FastifyRequest['headers'];
	/** Parameters of the path, and of the query. */
	params: Record<string, string>;
	query: Partial<Record<string, string>>;
	/** Where a rule is noted that this request does not keep. */
	checks: Checks;
}

/** Answers one kind of request. */
export type Handler = (asked: PayerRequest) => Answer;
