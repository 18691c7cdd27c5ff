import { parse } from 'flatted';

/** An item on a node's output. */
export interface N8nItem {
	json: Record<string, unknown>;
	binary?: Record<string, N8nBinary>;
	pairedItem?: unknown;
}

/** A file on an item; its bytes come from `N8nClient.downloadBinary(id)`. */
export interface N8nBinary {
	/** Absent where n8n keeps the bytes in `data`, as base64. */
	id?: string;
	data: string;
	mimeType: string;
	fileName?: string;
	fileSize?: string;
}

/** What n8n keeps of an error. */
export interface N8nExecutionError {
	message: string;
	name?: string;
	description?: string | null;
	[more: string]: unknown;
}

/** One run of one node. */
export interface N8nTaskData {
	/** Milliseconds since 1970. */
	startTime: number;
	/** Milliseconds. */
	executionTime: number;
	executionStatus?: string;
	/** One list of items for each output. */
	data?: { main: Array<N8nItem[] | null> };
	source?: unknown[];
	error?: N8nExecutionError;
	hints?: Array<{ message: string; type?: string; location?: string }>;
}

/** An execution with its data decoded. */
export interface N8nExecution {
	id: string;
	/** `success`, `error`, `canceled`, `crashed`; or not ended: `new`, `running`, `waiting`. */
	status: string;
	/** ISO 8601. */
	startedAt: string;
	stoppedAt?: string;
	/** Every run of every node that ran, by the node's name. */
	runData: Record<string, N8nTaskData[]>;
	error?: N8nExecutionError;
}

/** An execution as n8n's REST answers it: `data` is flatted JSON. */
export interface StoredExecution {
	id: string | number;
	status: string;
	startedAt: string;
	stoppedAt?: string | null;
	data: string;
	dataTooLargeToDisplay?: boolean;
}

interface StoredData {
	resultData?: { runData?: N8nExecution['runData']; error?: N8nExecutionError };
}

const ENDED = ['success', 'error', 'canceled', 'crashed'];

/** Whether an execution in this state goes no further. */
export function hasEnded(status: string): boolean {
	return ENDED.includes(status);
}

/**
 * Decodes an execution.
 *
 * @throws where n8n left the data out for its size
 */
export function decodeExecution(stored: StoredExecution): N8nExecution {
	if (stored.dataTooLargeToDisplay) {
		throw new Error(
			`n8n leaves out the data of execution ${stored.id} for its size. Start n8n with a larger EXECUTIONS_DATA_MAX_DISPLAY_SIZE (bytes).`,
		);
	}
	// Nothing is there before the first node has run.
	const { resultData } = (parse(stored.data) as StoredData | undefined) ?? {};
	return {
		id: String(stored.id),
		status: stored.status,
		startedAt: stored.startedAt,
		stoppedAt: stored.stoppedAt ?? undefined,
		runData: resultData?.runData ?? {},
		error: resultData?.error,
	};
}

/** The items on one output of a node's last run; none where it did not run or the output is empty. */
export function itemsOf(execution: N8nExecution, nodeName: string, output = 0): N8nItem[] {
	return execution.runData[nodeName]?.at(-1)?.data?.main[output] ?? [];
}
