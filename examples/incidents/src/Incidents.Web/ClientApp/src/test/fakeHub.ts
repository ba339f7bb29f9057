import { vi } from 'vitest';

type Handler = (...args: unknown[]) => void;

/** Stands in for a SignalR connection; tests play the server through it. */
export class FakeHub {
  private handlers = new Map<string, Handler>();
  reconnecting: Handler = () => undefined;
  reconnected: Handler = () => undefined;
  closed: Handler = () => undefined;

  start = vi.fn(() => Promise.resolve());
  stop = vi.fn(() => Promise.resolve());
  on = (name: string, handler: Handler) => this.handlers.set(name, handler);
  onreconnecting = (handler: Handler) => (this.reconnecting = handler);
  onreconnected = (handler: Handler) => (this.reconnected = handler);
  onclose = (handler: Handler) => (this.closed = handler);

  send(name: string, ...args: unknown[]) {
    this.handlers.get(name)?.(...args);
  }
}

/** Replaces the module '@microsoft/signalr' with one whose every connection is the given hub. */
export const signalRWith = (hub: () => FakeHub) => ({
  HttpTransportType: { WebSockets: 1 },
  LogLevel: { None: 6 },
  HubConnectionBuilder: class {
    withUrl = () => this;
    withAutomaticReconnect = () => this;
    configureLogging = () => this;
    build = hub;
  },
});
