import type { Answer } from './scriptedGateway';

/** Everything but Date: sockets and pauses keep their own time. */
const NOT_FAKED = [
	...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
	...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

/** The day that ends, in the time zone of the tests' workflows. */
export const LAST_DAY = '2027-03-10';

/** What every node says after LAST_DAY. */
export const ENDED = {
	outcome: 'consent-ended',
	reason: `The consent ended on ${LAST_DAY}. Nothing more was asked of the payer.`,
	nextStep: 'With a new consent, match the member again and start a new export.',
};
/** Sets the clock to shortly before the end of LAST_DAY in New York. It goes on from there. */
export function beforeMidnight(): void {
	jest.useFakeTimers({
		now: new Date('2027-03-10T23:59:00-05:00'),
		doNotFake: [...NOT_FAKED],
		advanceTimers: true,
	});
}

/** Sets the clock to shortly after the end of LAST_DAY in New York. */
export function passMidnight(): void {
	jest.setSystemTime(new Date('2027-03-11T00:00:01-05:00'));
}

type ScriptedAnswer = { status?: number; headers?: Record<string, string>; body?: string | object };

/** The answer, given when the day has just ended. */
export function afterMidnight(answer: ScriptedAnswer): Answer {
	return (response) => {
		passMidnight();
		const { status = 200, headers = {}, body = '' } = answer;
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(typeof body === 'string' ? body : JSON.stringify(body));
	};
}
