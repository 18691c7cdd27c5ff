import type { IExecuteFunctions } from 'n8n-workflow';
import { DOCUMENT_LIMITS } from '../shared/fhir/limits';
import { keepTryingMs, optionsOf, positiveIntegerOption } from '../shared/n8n/parameters';
import { SECOND } from '../shared/n8n/time';

const DEFAULT_IDLE_SECONDS = 60;
const MEGABYTE = 1024 * 1024;

/** The settings of Fetch Documents for one item. */
export interface DocumentSettings {
	/** Maximum size of a document. */
	megabytes: number;
	maxBytes: number;
	/** Timeout while no bytes arrive. */
	idleMs: number;
	/** For what passes before and between the attempts at a document. */
	waitingMs: number;
}

/** Reads the options of one item. */
export function readSettings(context: IExecuteFunctions, itemIndex: number): DocumentSettings {
	const options = optionsOf(context, itemIndex);
	const megabytes = positiveIntegerOption(options.documentMegabytes, DOCUMENT_LIMITS.megabytes);
	return {
		megabytes,
		maxBytes: megabytes * MEGABYTE,
		idleMs: positiveIntegerOption(options.idleSeconds, DEFAULT_IDLE_SECONDS) * SECOND,
		waitingMs: keepTryingMs(options),
	};
}
