/** A payer's answer, read whole. Header names are lower case. */
export interface PayerReply {
	status: number;
	headers: Record<string, string>;
	/** The body as text; empty where there was none. */
	text: string;
	/** The body where it is JSON, else undefined. */
	json: unknown;
}

/** Whether the status is a 2xx. */
export function isSuccess(reply: PayerReply): boolean {
	return reply.status >= 200 && reply.status < 300;
}

/** What kind of body came, for an error that must not show the body itself. */
export function bodyKind(reply: PayerReply): string {
	if (reply.text.trim() === '') return 'an empty answer';
	if (reply.json !== undefined) return 'a JSON answer of another shape';
	return /^\s*</.test(reply.text) ? 'an HTML or XML page' : 'an answer that is not JSON';
}
