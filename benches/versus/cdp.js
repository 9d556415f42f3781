// Chromium's debugging protocol over a pipe: no port, no socket, no package.
'use strict';

class Protocol {
  // `child` was started with --remote-debugging-pipe and pipes at 3 and 4.
  constructor(child) {
    this.out = child.stdio[3];
    this.next = 1;
    this.waiting = new Map();
    this.listeners = new Set();
    let kept = [];
    child.stdio[4].on('data', data => {
      // Messages end in a zero byte.
      let from = 0;
      for (let at = data.indexOf(0); at >= 0; at = data.indexOf(0, from)) {
        kept.push(data.subarray(from, at));
        this.message(JSON.parse(Buffer.concat(kept).toString('utf8')));
        kept = [];
        from = at + 1;
      }
      kept.push(data.subarray(from));
    });
    const fail = () => {
      for (const { reject } of this.waiting.values()) reject(new Error('Chromium has ended'));
      this.waiting.clear();
    };
    child.ended.then(fail);
    this.out.on('error', fail);
  }

  message(message) {
    if (message.id === undefined) {
      for (const listen of [...this.listeners]) listen(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (!waiting) return;
    if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting.resolve(message.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.next++;
    this.out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, { method, resolve, reject }));
  }

  // The next event of a name.
  once(name, sessionId = undefined) {
    return new Promise(resolve => {
      const listen = message => {
        if (message.method !== name || message.sessionId !== sessionId) return;
        this.listeners.delete(listen);
        resolve(message.params);
      };
      this.listeners.add(listen);
    });
  }

  // A session with the first page.
  async page() {
    for (;;) {
      const { targetInfos } = await this.send('Target.getTargets');
      const page = targetInfos.find(target => target.type === 'page');
      if (page) {
        const { sessionId } = await this.send('Target.attachToTarget', { targetId: page.targetId, flatten: true });
        return new Page(this, sessionId);
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  // The trace events of what `work` does.
  async trace(categories, work) {
    const events = [];
    const collect = message => {
      if (message.method === 'Tracing.dataCollected') events.push(...message.params.value);
    };
    this.listeners.add(collect);
    await this.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: categories } });
    await work();
    const complete = this.once('Tracing.tracingComplete');
    await this.send('Tracing.end');
    await complete;
    this.listeners.delete(collect);
    return events;
  }
}

class Page {
  constructor(protocol, session) {
    Object.assign(this, { protocol, session });
  }

  send(method, params) {
    return this.protocol.send(method, params, this.session);
  }

  async open(url) {
    await this.send('Page.enable');
    const loaded = this.protocol.once('Page.loadEventFired', this.session);
    await this.send('Page.navigate', { url });
    await loaded;
  }

  // The value of an expression once `url` is there: what stood before it goes in the midst of a question.
  async ask(url, expression) {
    for (;;) {
      try {
        if (await this.evaluate('location.href') === url) return await this.evaluate(expression);
      } catch (error) {
        if (!/context was destroyed|Cannot find context|navigated/.test(error.message)) throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  // The value of an expression, of its promise if it is one.
  async evaluate(expression) {
    const parameters = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', parameters);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
}

module.exports = { Protocol };
