"""What kazoo's users do, one behaviour after another; prints a line for each step. argv: HOSTS [HOSTS ...] BEHAVIOUR."""
import sys, threading, time, uuid, logging
from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import *
from kazoo.security import make_acl, make_digest_acl, OPEN_ACL_UNSAFE
from kazoo.recipe.watchers import ChildrenWatch, DataWatch, PatientChildrenWatch
from kazoo.protocol.states import EventType, WatchedEvent

logging.disable(logging.CRITICAL)
hosts, behaviour = sys.argv[1], sys.argv[2]
root = '/kazoo-' + uuid.uuid4().hex[:8]


def say(*words):
    print(*words, flush=True)


def start(**more):
    c = KazooClient(hosts=hosts, timeout=more.pop('timeout', 10.0), **more)
    c.start(60)
    return c


def failing(name, call, *args, **kw):
    try:
        say(name, 'gave', call(*args, **kw))
    except KazooException as e:
        say(name, 'failed with', type(e).__name__)


def until(what, seconds=15):
    end = time.time() + seconds
    while not what():
        if time.time() > end:
            raise SystemExit('gave up waiting')
        time.sleep(0.01)


def basics():
    c = start()
    c.ensure_path(root + '/a/b')
    say(c.create(root + '/x', b'one') == root + '/x', c.get(root + '/x')[0], c.get(root + '/x')[1].version)
    say(c.set(root + '/x', b'two', version=0).version, c.exists(root + '/x').dataLength, c.exists(root + '/none'))
    failing('set', c.set, root + '/x', b'', version=7)
    failing('create', c.create, root + '/x')
    failing('create', c.create, root + '/no/parent')
    failing('delete', c.delete, root + '/a')
    failing('get', c.get, root + '/none')
    say(c.create(root + '/s-', b'', sequence=True)[len(root):], c.create(root + '/e', b'', ephemeral=True)[len(root):])
    failing('create', c.create, root + '/e/child')
    say(sorted(c.get_children(root)), sorted(c.get_children(root, include_data=True)[0]))
    say(c.create(root + '/m/a/k/e', b'z', makepath=True)[len(root):], c.create(root + '/i', b'z', include_data=True)[1].numChildren)
    for n in range(250):
        c.create('%s/a/b/%03d' % (root, n), str(n).encode() * 50)
    say(len(c.get_children(root + '/a/b')), [r.get()[0][:3] for r in [c.get_async('%s/a/b/%03d' % (root, n)) for n in range(0, 250, 50)]])
    c.set(root + '/x', b'b' * 1000000)
    say(len(c.get(root + '/x')[0]), c.sync(root + '/x')[len(root):], c.client_state)
    c.delete(root, recursive=True)
    say(c.exists(root))
    c.stop()
    c.close()


def acls():
    c, d = start(), start()
    c.ensure_path(root)
    c.add_auth('digest', 'ann:secret')
    mine = [make_digest_acl('ann', 'secret', all=True)]
    c.create(root + '/mine', b'x', acl=mine)
    failing('get', d.get, root + '/mine')
    failing('set', d.set, root + '/mine', b'y')
    d.add_auth('digest', 'ann:secret')
    failing('set', lambda: d.set(root + '/mine', b'y').version)
    say(c.get_acls(root + '/mine')[0] == mine, c.set_acls(root + '/mine', OPEN_ACL_UNSAFE).aversion, d.get_acls(root + '/mine')[0])
    e = KazooClient(hosts=hosts, auth_data=[('digest', 'bob:x')], default_acl=[make_acl('auth', '', all=True)])
    e.start()
    e.create(root + '/auth', b'')
    say([a.id.id.split(':')[0] for a in e.get_acls(root + '/auth')[0]])
    failing('acl', e.create, root + '/bad', b'', acl=[make_acl('nosuch', 'x', all=True)])
    for k in (c, d, e):
        k.stop()


def transactions():
    c = start()
    c.ensure_path(root)
    t = c.transaction()
    t.create(root + '/a', b'1')
    t.set_data(root + '/a', b'2')
    t.check(root + '/a', 1)
    t.create(root + '/a/b', b'', sequence=True)
    say([r if isinstance(r, (bool, str)) and not isinstance(r, str) else (r[len(root):] if isinstance(r, str) else type(r).__name__) for r in t.commit()])
    t = c.transaction()
    t.create(root + '/b')
    t.delete(root + '/none')
    t.check(root + '/a', 9)
    say([type(r).__name__ for r in t.commit()], c.exists(root + '/b'))
    with c.transaction() as t:
        t.create(root + '/c')
        t.delete(root + '/c')
    say(sorted(c.get_children(root)))
    c.stop()


def locks():
    c = [start() for _ in range(4)]
    held, most, order = [0], [0], []

    def work(k, name):
        lock = k.Lock(root + '/lock', name)
        for _ in range(5):
            with lock:
                held[0] += 1
                most[0] = max(most[0], held[0])
                time.sleep(0.002)
                held[0] -= 1
                order.append(name)
    threads = [threading.Thread(target=work, args=(k, 'w%d' % n)) for n, k in enumerate(c)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    say('at once at most', most[0], 'times', len(order), sorted(set(order)))
    a, b = c[0].Lock(root + '/two', 'a'), c[1].Lock(root + '/two', 'b')
    say(a.acquire(), b.acquire(blocking=False), b.contenders())
    try:
        b.acquire(timeout=0.2)
    except LockTimeout:
        say('timed out')
    say(a.release(), b.acquire(timeout=5), b.release())
    r1, r2, w = c[0].ReadLock(root + '/rw', 'r1'), c[1].ReadLock(root + '/rw', 'r2'), c[2].WriteLock(root + '/rw', 'w')
    say(r1.acquire(), r2.acquire(), w.acquire(blocking=False))
    r1.release(); r2.release()
    say(w.acquire(timeout=5), r1.acquire(blocking=False))
    w.release()
    s = [k.Semaphore(root + '/sem', max_leases=2) for k in c[:3]]
    say(s[0].acquire(), s[1].acquire(), s[2].acquire(blocking=False), len(s[0].lease_holders()))
    s[0].release()
    say(s[2].acquire(timeout=5))
    # a holder whose session ends gives up its lock
    a.acquire()
    c[0].stop()
    say(b.acquire(timeout=10))
    [k.stop() for k in c]


def elections():
    c = [start() for _ in range(3)]
    led = []

    def lead(name):
        led.append(name)
        time.sleep(0.02)
    elections = [k.Election(root + '/e', 'c%d' % n) for n, k in enumerate(c)]
    threads = [threading.Thread(target=e.run, args=(lead, n)) for n, e in enumerate(elections)]
    [t.start() for t in threads]
    [t.join(20) for t in threads]
    say(sorted(led), elections[0].contenders())
    b = [k.Barrier(root + '/barrier') for k in c]
    b[0].create()
    say(b[1].wait(0.1))
    threading.Timer(0.2, b[2].remove).start()
    say(b[1].wait(10))
    d = [k.DoubleBarrier(root + '/double', 3) for k in c]
    threads = [threading.Thread(target=x.enter) for x in d]
    [t.start() for t in threads]
    [t.join(10) for t in threads]
    say([x.participating for x in d])
    threads = [threading.Thread(target=x.leave) for x in d]
    [t.start() for t in threads]
    [t.join(10) for t in threads]
    say([x.participating for x in d])
    p = [k.Party(root + '/party', 'p%d' % n) for n, k in enumerate(c)]
    [x.join() for x in p]
    say(sorted(p[0]), len(p[1]))
    p[2].leave()
    say(sorted(p[0]))
    n = [k.Counter(root + '/counter') for k in c]

    def count(x):
        for _ in range(20):
            x += 1
    threads = [threading.Thread(target=count, args=(x,)) for x in n]
    [t.start() for t in threads]
    [t.join(20) for t in threads]
    say(n[0].value)
    [k.stop() for k in c]


def queues():
    c = [start() for _ in range(3)]
    q = c[0].Queue(root + '/q')
    [q.put(str(n).encode(), priority=100 - n) for n in range(5)]
    say(len(q), [c[1].Queue(root + '/q').get() for _ in range(5)], q.get())
    l = [k.LockingQueue(root + '/lq') for k in c]
    l[0].put_all([b'a', b'b', b'c'], 50)
    l[0].put(b'first', 1)
    say(l[1].get(5), l[1].consume(), l[2].get(5))
    say(sorted([l[2].consume(), l[1].consume()]), len(l[0]))
    got = []

    def take(k):
        mine = k.LockingQueue(root + '/many')
        while True:
            item = mine.get(2)
            if item is None: return
            got.append(item)
            mine.consume()
    l = c[0].LockingQueue(root + '/many')
    l.put_all([b'%03d' % n for n in range(60)])
    threads = [threading.Thread(target=take, args=(k,)) for k in c]
    [t.start() for t in threads]
    [t.join(30) for t in threads]
    say('each once', sorted(got) == [b'%03d' % n for n in range(60)])
    [k.stop() for k in c]


def watchers():
    c, d = start(), start()
    c.ensure_path(root)
    data, children, events = [], [], []
    DataWatch(c, root + '/d', lambda value, stat, event: data.append((value, stat and stat.version, event and event.type)))
    ChildrenWatch(c, root, lambda names: children.append(sorted(names)))
    d.create(root + '/d', b'0'); until(lambda: len(data) == 2)
    d.set(root + '/d', b'1'); until(lambda: len(data) == 3)
    d.delete(root + '/d'); until(lambda: len(data) == 4)
    d.create(root + '/d', b'2'); until(lambda: len(data) == 5 and children[-1] == ['d'])
    say(data)
    say(children[0], children[-1])
    c.exists(root + '/one', watch=lambda e: events.append((e.type, e.path[len(root):])))
    c.get(root + '/d', watch=lambda e: events.append((e.type, e.path[len(root):])))
    c.get_children(root + '/d', watch=lambda e: events.append((e.type, e.path[len(root):])))
    d.create(root + '/one'); until(lambda: len(events) == 1)
    d.create(root + '/d/c'); until(lambda: len(events) == 2)
    d.set(root + '/d', b'3'); until(lambda: len(events) == 3)
    say(events)
    tree = []
    from kazoo.recipe.cache import TreeCache
    cache = TreeCache(c, root)
    cache.listen(lambda e: tree.append(e.event_type))
    cache.start()
    until(lambda: cache.get_data(root + '/d/c') is not None)
    d.set(root + '/d/c', b'new'); until(lambda: cache.get_data(root + '/d/c').data == b'new')
    say(sorted(cache.get_children(root)))
    cache.close()
    c.stop(); d.stop()


def reconnection():
    c, d = start(timeout=6.0), start()
    d.ensure_path(root)
    states, events, data = [], [], []
    c.add_listener(states.append)
    DataWatch(c, root + '/w', lambda value, stat: data.append(value))
    c.get_children(root, watch=lambda e: events.append(e.type))
    c.create(root + '/eph', b'', ephemeral=True)
    until(lambda: len(events) == 1)
    c.get_children(root, watch=lambda e: events.append(e.type))
    session = c.client_id[0]
    import socket
    c._connection._socket.shutdown(socket.SHUT_RDWR)
    until(lambda: KazooState.SUSPENDED in states)
    d.create(root + '/w', b'while away')
    until(lambda: c.connected and data[-1] == b'while away' and len(events) == 2)
    say(states, events, data, c.client_id[0] == session, d.exists(root + '/eph') is not None)
    # the session is taken away: the client loses it, its ephemerals go, and its watches are set anew
    thief = KazooClient(hosts=hosts, client_id=c.client_id)
    thief.start()
    thief.stop()
    until(lambda: KazooState.LOST in states and c.connected)
    until(lambda: d.exists(root + '/eph') is None)
    d.set(root + '/w', b'anew')
    until(lambda: data[-1] == b'anew')
    say(KazooState.LOST in states, c.client_id[0] == session, data[-1])
    c.stop(); d.stop()


{f.__name__: f for f in (basics, acls, transactions, locks, elections, queues, watchers, reconnection)}[behaviour]()
say('done')
