/** Closes the network to the code of this process. */
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import module from 'node:module';
import net from 'node:net';

/** From now on each attempt is reported and throws. */
export function refuseNetwork(tell: () => void): void {
  const refuse = (): never => {
    tell();
    throw new Error('a builder file cannot reach the network');
  };
  for (const protocol of [http, https]) {
    protocol.request = refuse;
    protocol.get = refuse;
  }
  globalThis.fetch = refuse;
  globalThis.WebSocket = class {
    constructor() {
      refuse();
    }
  } as unknown as typeof WebSocket;
  net.Socket.prototype.connect = refuse;
  net.Server.prototype.listen = refuse;
  dgram.Socket.prototype.bind = refuse;
  dgram.Socket.prototype.send = refuse;
  for (const functions of [dns, dns.promises] as Record<string, unknown>[]) {
    for (const name of Object.keys(functions)) if (/^(resolve|lookup|reverse)/.test(name)) functions[name] = refuse;
  }
  module.syncBuiltinESMExports();
}
