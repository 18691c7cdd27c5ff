/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A mail server of a test, which takes every mail. */
export interface Mailbox {
	port: number;
	/** The mails that came, with their headers. */
	mails: string[];
	close(): Promise<void>;
}

const END = '\r\n.\r\n';

/** Starts a mail server on a free port of this computer. */
export async function startMailbox(): Promise<Mailbox> {
	const mails: string[] = [];
	const server = createServer((socket) => talk(socket, (mail) => mails.push(mail)));
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return {
		port: (server.address() as AddressInfo).port,
		mails,
		close: async () => await new Promise((done) => server.close(() => done())),
	};
}

/** The little of SMTP that a client needs to leave a mail. */
function talk(socket: Socket, take: (mail: string) => void): void {
	let mail: string | undefined;
	socket.write('220 test\r\n');
	socket.on('error', () => undefined);
	socket.on('data', (part: Buffer) => {
		if (mail !== undefined) {
			mail += part.toString();
			if (!mail.endsWith(END)) return;
			take(mail);
			mail = undefined;
			socket.write('250 taken\r\n');
			return;
		}
		for (const line of part.toString().split('\r\n').filter(Boolean)) {
			if (line === 'DATA') mail = '';
			if (line === 'QUIT') socket.end('221 bye\r\n');
			else socket.write(line === 'DATA' ? '354 go on\r\n' : '250 test\r\n');
		}
	});
}
