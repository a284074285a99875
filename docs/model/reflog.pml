/* The ref log of one repository as git-server's package replication implements it, for the model checker spin.
 *
 * One process; each step is one synced batch of one node, or one message taken from the network. The network is made of
 * registers that never forget: own[e], a Lock(e) is under way for ever; ll[e][..], so is every Append of epoch e; nt[v], so
 * is every notice of a commit. So messages are lost (never taken), late, repeated and in any order. There is no clock:
 * leases decide nothing. An entry is named by its (epoch, version); whether it is a SEAL is looked up in sl[epoch][version].
 *
 * Bounds are compile-time: -DE=epochs -DG1=epochs of generation 1 -DG2=epochs up to generation 2 -DL=log length
 * -DLOSE=disks that may be lost or withdrawn at a time -DREADER -DMIG (a fourth node; generation 2 is {1,2,3}) -DWITHDRAW;
 * -DMUT_x plants a mistake. README.md lists them.
 */
#ifndef E
#define E 3
#endif
#ifndef G1
#define G1 E
#endif
#ifndef L
#define L 2
#endif
#ifndef LOSE
#define LOSE 0
#endif
#ifdef MIG
#define NN 4
#else
#define NN 3
#endif

#ifndef G2
#define G2 E
#endif
#define GEN(e) ((e) <= G1 -> 1 : ((e) <= G2 -> 2 : 3))
#define MAXGEN (E > G2 -> 3 : 2)
#define EV(e,v) ((e)*(L+1)+(v))
#define EN(e,n) ((e)*NN+(n))
#define NV(n,v) ((n)*(L+1)+(v))
/* members of generation 1: {0,1,2}, of 2: {1,2,3}, of 3: {0,2,3}, so that node 0 comes back */
#define MEMBER(n,g) ((g) == 1 -> (n) <= 2 : ((g) == 2 -> (n) >= 1 : (n) != 1))
#ifdef WITHDRAW
#define OUT(n) (wd[n])
#else
#define OUT(n) 0
#endif
#define VOTER(n,g) (!lost[n] && !OUT(n) && gen[n] == (g) && MEMBER(n,g))
#define LE(n) lg[NV(n,ln[n])]            /* epoch of the last entry; lg[..0] = 0 */
#define GEQ(e1,v1,e2,v2) ((e1) > (e2) || ((e1) == (e2) && (v1) >= (v2)))

byte prom[NN], ln[NN], com[NN], gen[NN];
bit lost[NN];
#ifdef WITHDRAW
bit wd[NN];                    /* withdrawn */
bit dm[NN];                    /* objects of its log are damaged */
#endif
byte lg[NN*(L+1)];
byte own[E+1];                 /* 1 + owner, fixed at the start, all choices up to renaming of nodes */
byte ss[E+1];                  /* session: 0 none yet, 1 locking, 2 held, 3 over */
bit gr[(E+1)*NN]; byte gle[(E+1)*NN], glv[(E+1)*NN], gc[(E+1)*NN];
byte ll[(E+1)*(L+1)], lln[E+1], rec[E+1], ak[(E+1)*NN];
bit sl[(E+1)*(L+1)];           /* entry (e,v) is a SEAL */
byte nt[L+1], na[L+1];         /* what was committed at version v: its epoch, and the epoch that committed it */
byte cl[L+1];                  /* for the checks: the committed history, as some node applied it */
byte seen, losses;             /* for the checks: highest version that a client knows of */
#ifdef READER
byte ro, rfl, rg, rn1, rp1, re1, rv1;   /* ro: answers + 1; first answer, then the maximum of both */
bit rpf;                                /* the two answers prove commitment */
#endif
hidden byte i, k, s, w, me, mv, ok;

/* sessions of node n below epoch e are over */
inline endsess(n, e) {
  i = 1;
  do
  :: i < (e) -> if :: own[i] == (n)+1 && (ss[i] == 1 || ss[i] == 2) -> ss[i] = 3;
                      k = 0; do :: k < NN -> gr[EN(i,k)] = 0; gle[EN(i,k)] = 0; glv[EN(i,k)] = 0; gc[EN(i,k)] = 0; ak[EN(i,k)] = 0; k++ :: else -> break od;
                      rec[i] = 0
                   :: else fi; i++
  :: else -> break
  od }

inline clearsess(e) {
  k = 0; do :: k < NN -> gr[EN(e,k)] = 0; gle[EN(e,k)] = 0; glv[EN(e,k)] = 0; gc[EN(e,k)] = 0; ak[EN(e,k)] = 0; k++ :: else -> break od; rec[e] = 0 }

/* node n applies its own log up to v (one durable batch), SEAL included */
inline apply(n, v) {
  w = (v);
  if :: w > ln[n] -> w = ln[n] :: else fi;
  i = 1;
  do :: i <= w ->
        s = lg[NV(n,i)];
        if :: sl[EV(s,i)] && GEN(s) >= gen[n] ->             /* a SEAL takes effect here */
              gen[n] = GEN(s)+1;
              if :: i < ln[n] && GEN(lg[NV(n,i+1)]) == GEN(s) ->      /* drop the NOOPs behind it */
                    w = i; k = i+1; do :: k <= ln[n] -> lg[NV(n,k)] = 0; k++ :: else -> break od; ln[n] = i
                 :: else fi
           :: else fi; i++
     :: else -> break od;
  if :: w > com[n] -> com[n] = w :: else fi;
  i = 1;
  do :: i <= com[n] -> if :: cl[i] == 0 -> cl[i] = lg[NV(n,i)] :: else -> assert(cl[i] == lg[NV(n,i)]) fi;       /* I4, I5 */
        assert(i == 1 || ll[EV(lg[NV(n,i)],i-1)] == lg[NV(n,i-1)]);     /* I10: on exactly the state it was compared with */
        i++
     :: else -> break od }

/* everything up to v in the log of epoch e is declared committed at epoch at */
inline declare(e, v, at) {
  i = 1;
  do :: i <= (v) -> if :: nt[i] == 0 -> nt[i] = ll[EV(e,i)]; na[i] = (at)
                       :: else -> assert(nt[i] == ll[EV(e,i)]); if :: na[i] > (at) -> na[i] = (at) :: else fi fi; i++
     :: else -> break od }

/* the SEAL of e's generation in what epoch e sent, up to v; 0 if none */
inline sealof(e, v) { s = 0; i = 1;
  do :: i <= (v) -> if :: s == 0 && sl[EV(ll[EV(e,i)],i)] && GEN(ll[EV(e,i)]) == GEN(e) -> s = i :: else fi; i++ :: else -> break od }

#define FN3(A) A(0) A(1) A(2)
#ifdef MIG
#define FN(A) FN3(A) A(3)
#else
#define FN(A) FN3(A)
#endif
#if E == 2
#define FE(A) A(1) A(2)
#define FE1(A,x) A(x,1) A(x,2)
#elif E == 3
#define FE(A) A(1) A(2) A(3)
#define FE1(A,x) A(x,1) A(x,2) A(x,3)
#elif E == 4
#define FE(A) A(1) A(2) A(3) A(4)
#define FE1(A,x) A(x,1) A(x,2) A(x,3) A(x,4)
#else
#define FE(A) A(1) A(2) A(3) A(4) A(5)
#define FE1(A,x) A(x,1) A(x,2) A(x,3) A(x,4) A(x,5)
#endif
#if L == 1
#define FV2(A,x,y) A(x,y,1)
#define FV1(A,x) A(x,1)
#elif L == 2
#define FV2(A,x,y) A(x,y,1) A(x,y,2)
#define FV1(A,x) A(x,1) A(x,2)
#elif L == 3
#define FV2(A,x,y) A(x,y,1) A(x,y,2) A(x,y,3)
#define FV1(A,x) A(x,1) A(x,2) A(x,3)
#else
#define FV2(A,x,y) A(x,y,1) A(x,y,2) A(x,y,3) A(x,y,4)
#define FV1(A,x) A(x,1) A(x,2) A(x,3) A(x,4)
#endif

/* ---- phase 1 ---- */
#define OWN(e) (own[e]-1)
#ifdef MUT_REUSE
#define FRESH(e) (ss[e] == 0 || ss[e] == 3)
#define OWNPROMISE(e)
#else
#define FRESH(e) (ss[e] == 0)
#define OWNPROMISE(e) prom[OWN(e)] = e;      /* on the own disk before anything is sent */
#endif
#define STARTLOCK(e) \
 :: d_step { FRESH(e) && VOTER(OWN(e),GEN(e)) && prom[OWN(e)] < e -> printf("lock e%d by %d\n", e, OWN(e)); \
      OWNPROMISE(e) ss[e] = 1; endsess(OWN(e),e); \
      gr[EN(e,OWN(e))] = 1; gle[EN(e,OWN(e))] = LE(OWN(e)); glv[EN(e,OWN(e))] = ln[OWN(e)]; gc[EN(e,OWN(e))] = com[OWN(e)]; skip }

#define GRANT(n,e) \
 :: d_step { ss[e] != 0 && own[e] != n+1 && VOTER(n,GEN(e)) && prom[n] < e -> printf("grant e%d at %d\n", e, n); \
      prom[n] = e; endsess(n,e); \
      if :: ss[e] == 1 -> gr[EN(e,n)] = 1; gle[EN(e,n)] = LE(n); glv[EN(e,n)] = ln[n]; gc[EN(e,n)] = com[n] :: else fi; skip }

#define NGR(e) (gr[EN(e,0)]+gr[EN(e,1)]+gr[EN(e,2)]+NGR3(e))
#ifdef MIG
#define NGR3(e) gr[EN(e,3)]
#else
#define NGR3(e) 0
#endif
#ifdef MUT_ANYLOG
#define BESTOK(e,b,m) 1
#else
#define BESTOK(e,b,m) (!gr[EN(e,m)] || GEQ(gle[EN(e,b)],glv[EN(e,b)],gle[EN(e,m)],glv[EN(e,m)]))
#endif
#ifdef MIG
#define BEST(e,b) (BESTOK(e,b,0) && BESTOK(e,b,1) && BESTOK(e,b,2) && BESTOK(e,b,3))
#else
#define BEST(e,b) (BESTOK(e,b,0) && BESTOK(e,b,1) && BESTOK(e,b,2))
#endif

/* What adopting the log of b makes the owner send: the log, and behind it an entry of the new epoch that carries it. */
#define CARRY(e) \
      if :: !MUT_RESTAMP && lln[e] < L -> lln[e] = lln[e]+1; ll[EV(e,lln[e])] = e :: else fi
#ifdef MUT_REUSE
#define MAYHOLD(e) (prom[OWN(e)] <= e)
#else
#define MAYHOLD(e) (prom[OWN(e)] == e)
#endif
#define CANADOPT(b,e) (ss[e] == 1 && gr[EN(e,b)] && NGR(e) >= 2 && VOTER(OWN(e),GEN(e)) && MAYHOLD(e) \
      && BEST(e,b) && !lost[b] && !OUT(b) && (((prom[b] == e || OWN(e) == b && MAYHOLD(e)) && LE(b) == gle[EN(e,b)] && ln[b] == glv[EN(e,b)]) || MUT_FETCH))

/* The greatest log granted is adopted. Unless all of it is known to be committed, the entry that carries it goes into the
   same batch. */
#define ADOPT(b,e) \
 :: d_step { CANADOPT(b,e) -> printf("holder of e%d adopts the log of %d\n", e, b); \
      mv = 0; i = 0; do :: i < NN -> if :: gr[EN(e,i)] && gc[EN(e,i)] > mv -> mv = gc[EN(e,i)] :: else fi; i++ :: else -> break od; \
      if :: mv > ln[b] -> mv = ln[b] :: else fi; \
      i = 1; do :: i <= L -> if :: i <= com[OWN(e)] -> assert(lg[NV(OWN(e),i)] == lg[NV(b,i)]) :: else fi; \
                 lg[NV(OWN(e),i)] = lg[NV(b,i)]; ll[EV(e,i)] = lg[NV(b,i)]; \
                 if :: i > mv && MUT_RESTAMP && i <= ln[b] -> ll[EV(e,i)] = e; sl[EV(e,i)] = sl[EV(lg[NV(b,i)],i)] :: else fi; i++ :: else -> break od; \
      ln[OWN(e)] = ln[b]; lln[e] = ln[b]; \
      i = 1; do :: i <= L -> if :: nt[i] != 0 && na[i] < e -> assert(ll[EV(e,i)] == nt[i] || MUT_RESTAMP) :: else fi; i++ :: else -> break od;      /* I3 */ \
      clearsess(e); ss[e] = 2; rec[e] = lln[e]; prom[OWN(e)] = e; \
      apply(OWN(e), mv); \
      if :: gen[OWN(e)] != GEN(e) -> ss[e] = 3; clearsess(e) \
         :: else -> if :: com[OWN(e)] < rec[e] -> CARRY(e); lg[NV(OWN(e),lln[e])] = ll[EV(e,lln[e])]; ln[OWN(e)] = lln[e] :: else fi; \
                    if :: !MUT_RESTAMP -> ak[EN(e,OWN(e))] = lln[e] :: else fi fi; skip }

/* Appends leave while the batch is written: the owner crashes before its disk has what the peers are sent. */
#define ADOPTLOST(b,e) \
 :: d_step { CANADOPT(b,e) && !MUT_RESTAMP && !MUT_FETCH && ln[b] < L -> printf("holder of e%d crashes while it adopts the log of %d\n", e, b); \
      i = 1; do :: i <= L -> ll[EV(e,i)] = lg[NV(b,i)]; i++ :: else -> break od; \
      lln[e] = ln[b]; CARRY(e); endsess(OWN(e), E+1); ss[e] = 3; skip }

/* Fetching from the peer stops, by a crash or a higher epoch, one entry short of its end. */
#define PARTIAL(b,e) \
 :: d_step { ss[e] == 1 && gr[EN(e,b)] && NGR(e) >= 2 && b+1 != own[e] && VOTER(OWN(e),GEN(e)) && prom[OWN(e)] == e \
      && BEST(e,b) && !lost[b] && prom[b] == e && LE(b) == gle[EN(e,b)] && ln[b] == glv[EN(e,b)] && ln[b] >= 2 \
      && !(ln[OWN(e)] >= ln[b]-1 && lg[NV(OWN(e),ln[b]-1)] == lg[NV(b,ln[b]-1)]) && com[OWN(e)] < ln[b]-1 -> printf("e%d: partial copy from %d\n", e, b); \
      i = 1; do :: i <= L -> if :: i < ln[b] -> lg[NV(OWN(e),i)] = lg[NV(b,i)] :: else -> lg[NV(OWN(e),i)] = 0 fi; i++ :: else -> break od; \
      ln[OWN(e)] = ln[b]-1; ss[e] = 3; clearsess(e); skip }

/* ---- phase 2 ---- */
#ifdef MUT_SELF
#define SELFOK(e) 1
#else
#define SELFOK(e) (prom[OWN(e)] == e)
#endif
#define CANPROP(e) (ss[e] == 2 && VOTER(OWN(e),GEN(e)) && SELFOK(e) && lln[e] < L)
#define PROPOSE(e) \
 :: d_step { CANPROP(e) -> printf("propose in e%d\n", e); sealof(e, lln[e]); ok = (s == 0 || ll[EV(e,lln[e])] != e); \
      if :: ok && lln[e] < L -> lln[e] = lln[e]+1; ll[EV(e,lln[e])] = e :: else fi; skip }
#define PROPSEAL(e) \
 :: d_step { CANPROP(e) && GEN(e) < MAXGEN -> printf("propose SEAL in e%d\n", e); sealof(e, lln[e]); \
      if :: s == 0 -> lln[e] = lln[e]+1; ll[EV(e,lln[e])] = e; sl[EV(e,lln[e])] = 1 :: else fi; skip }

#ifdef MUT_PREV
#define PREVOK(n,e,v) 1
#else
#define PREVOK(n,e,v) (v-1 <= com[n] || lg[NV(n,v-1)] == ll[EV(e,v-1)])
#endif
#ifdef MUT_SELF
#define PROMOK(n,e,v) (prom[n] <= e || own[e] == n+1)
#else
#define PROMOK(n,e,v) (prom[n] <= e || (MUT_SEALPROM && sl[EV(ll[EV(e,v)],v)]))
#endif
#define SAME(n,e,v) (v <= ln[n] && lg[NV(n,v)] == ll[EV(e,v)])
#define ACCEPT(n,e,v) \
 :: d_step { v <= lln[e] && VOTER(n,GEN(e)) && PROMOK(n,e,v) && v-1 <= ln[n] && PREVOK(n,e,v) \
      && (SAME(n,e,v) || v > com[n]) && (!SAME(n,e,v) || prom[n] < e || (ss[e] == 2 && ak[EN(e,n)] < v)) -> printf("append e%d v%d accepted at %d\n", e, v, n); \
      if :: !SAME(n,e,v) -> \
            if :: MUT_TRUNC && v <= ln[n] -> lg[NV(n,v)] = ll[EV(e,v)] \
               :: else -> lg[NV(n,v)] = ll[EV(e,v)]; i = v+1; do :: i <= ln[n] -> lg[NV(n,i)] = 0; i++ :: else -> break od; ln[n] = v fi \
         :: else fi; \
      if :: prom[n] < e -> prom[n] = e :: else fi; \
      endsess(n,e); \
      if :: ss[e] == 2 && ak[EN(e,n)] < v -> ak[EN(e,n)] = v :: else fi; \
      if :: MUT_SEALONE && sl[EV(lg[NV(n,v)],v)] -> apply(n,v) :: else fi; skip }

#define ACK(e,n,v) (MEMBER(n,GEN(e)) && ak[EN(e,n)] >= v)
#ifdef MIG
#define NACK(e,v) (ACK(e,0,v)+ACK(e,1,v)+ACK(e,2,v)+ACK(e,3,v))
#else
#define NACK(e,v) (ACK(e,0,v)+ACK(e,1,v)+ACK(e,2,v))
#endif
#ifdef MUT_OLDCOUNT
#define EPOK(e,v) 1
#else
#define EPOK(e,v) (ll[EV(e,v)] == e)
#endif
#ifdef MUT_ONEACK
#define NEED 1
#else
#define NEED 2
#endif
#define COMMIT(x,e,v) \
 :: d_step { ss[e] == 2 && VOTER(OWN(e),GEN(e)) && v <= lln[e] && EPOK(e,v) && v > com[OWN(e)] \
      && ak[EN(e,OWN(e))] >= v && NACK(e,v) >= NEED -> printf("holder of e%d commits v%d\n", e, v); \
      sealof(e, v); \
      mv = v; if :: s > 0 && s < v -> mv = s :: else fi; \
      declare(e, mv, e); apply(OWN(e), mv); \
      if :: seen < mv -> seen = mv :: else fi; \
      if :: gen[OWN(e)] != GEN(e) -> ss[e] = 3; clearsess(e) :: else fi; skip }

#ifdef MUT_BYVERSION
#define NTOK(n,v) 1
#else
#define NTOK(n,v) (lg[NV(n,v)] == nt[v])
#endif
#define NOTIFY(n,v) \
 :: d_step { nt[v] != 0 && !lost[n] && !OUT(n) && gen[n] != 0 && v > com[n] && v <= ln[n] && NTOK(n,v) -> printf("commit notice v%d at %d\n", v, n); apply(n,v); skip }

#define LEARN(n,src) \
 :: d_step { n != src && !lost[n] && !lost[src] && !OUT(src) && com[src] > com[n] -> printf("%d learns from %d\n", n, src); \
      mv = com[src]; me = lg[NV(src,mv)]; \
      if :: ln[n] >= mv && lg[NV(n,mv)] == me -> skip \
         :: else -> i = 1; do :: i <= L -> if :: i <= mv -> lg[NV(n,i)] = lg[NV(src,i)] :: else -> lg[NV(n,i)] = 0 fi; i++ :: else -> break od; ln[n] = mv fi; \
      apply(n, mv); \
      if :: prom[n] < me && !MUT_LEARNPROM -> prom[n] = me; endsess(n,me) :: else fi; HEAL(n) skip }

/* A pull brings the objects of the state that it brings; those of a tail above it stay damaged. */
#ifdef WITHDRAW
#define HEAL(n) if :: ln[n] == com[n] -> dm[n] = 0 :: else fi;
/* Withdrawn, a node is as one that is down. It may have lost objects, so it counts as the disk that may be lost. */
#define WITHDRAWN(n) \
 :: d_step { !lost[n] && !wd[n] && gen[n] != 0 && losses+wd[0]+wd[1]+wd[2]+WD3 < LOSE -> printf("%d withdraws\n", n); \
      endsess(n, E+1); wd[n] = 1; dm[n] = 1; durable(); skip }
/* Objects that a node which holds the same entry has, and has undamaged, can be copied. */
#define REPAIR(n,src) \
 :: d_step { n != src && !lost[n] && !lost[src] && wd[n] && dm[n] && !dm[src] && ln[src] >= ln[n] && lg[NV(src,ln[n])] == lg[NV(n,ln[n])] \
      -> printf("%d repairs itself from %d\n", n, src); dm[n] = 0; skip }
#ifdef MUT_RESTORE
#define WHOLE(n) 1
#else
#define WHOLE(n) (!dm[n])
#endif
#define RESTORED(n) :: d_step { wd[n] && WHOLE(n) -> printf("%d is restored\n", n); wd[n] = 0; skip }
#define DAMAGED(n) dm[n]
#ifdef MIG
#define WD3 wd[3]
#else
#define WD3 0
#endif
#else
#define HEAL(n)
#define DAMAGED(n) 0
#endif

/* ---- faults ---- */
#define CRASH(n) \
 :: d_step { HASSESS(n) -> printf("crash %d\n", n); endsess(n, E+1); skip }
#define S1(n,e) (own[e] == n+1 && (ss[e] == 1 || ss[e] == 2))
#if E == 2
#define HASSESS(n) (S1(n,1) || S1(n,2))
#elif E == 3
#define HASSESS(n) (S1(n,1) || S1(n,2) || S1(n,3))
#elif E == 4
#define HASSESS(n) (S1(n,1) || S1(n,2) || S1(n,3) || S1(n,4))
#else
#define HASSESS(n) (S1(n,1) || S1(n,2) || S1(n,3) || S1(n,4) || S1(n,5))
#endif

#ifdef WITHDRAW
#define OUTS (wd[0]+wd[1]+wd[2]+WD3)
#else
#define OUTS 0
#endif
/* I11: what was acknowledged is still on some disk, with its objects */
inline durable() {
  ok = (seen == 0); k = 0;
  do :: k < NN ->
        if :: !lost[k] && !DAMAGED(k) && ln[k] >= seen ->
              me = 1; i = 1; do :: i <= seen -> if :: cl[i] != 0 && lg[NV(k,i)] != cl[i] -> me = 0 :: else fi; i++ :: else -> break od;
              if :: me == 1 -> ok = 1 :: else fi
           :: else fi; k++
     :: else -> break od;
  assert(ok) }
inline wipe(n) { endsess(n, E+1); prom[n] = 0; ln[n] = 0; com[n] = 0;
  i = 1; do :: i <= L -> lg[NV(n,i)] = 0; i++ :: else -> break od }
#define LOSEDISK(n) \
 :: d_step { losses+OUTS < LOSE && !lost[n] && !OUT(n) -> printf("disk of %d lost\n", n); losses++; wipe(n); \
      if :: MUT_WIPED && n <= 2 -> gen[n] = 1 :: else -> lost[n] = 1; gen[n] = 0 fi; durable(); skip }
#ifdef MUT_NOCOPY
#define ACTIVATE(n) \
 :: d_step { MEMBER(n,2) && gen[n] != 2 && !lost[n] && (gen[0] == 2 || gen[1] == 2 || gen[2] == 2) -> gen[n] = 2; skip }
#endif
/* A retired replica removes its data; what stays is that it is retired, and its promise. */
#define GCSRC(n) \
 :: d_step { !lost[n] && ln[n] > 0 && gen[n] >= 2 && !MEMBER(n,gen[n]) && (MUT_GCSRC || GCHAVE(n) >= 2) -> printf("retired %d deletes its data\n", n); \
      ln[n] = 0; com[n] = 0; i = 1; do :: i <= L -> lg[NV(n,i)] = 0; i++ :: else -> break od; durable(); skip }
#define GH(n,m) (MEMBER(m,gen[n]) && !lost[m] && gen[m] >= gen[n])
#define GCHAVE(n) (GH(n,0)+GH(n,1)+GH(n,2)+GH(n,3))

/* ---- reading router ---- */
#ifdef READER
inline rdclear() { ro = 0; rfl = 0; rg = 0; rn1 = 0; rp1 = 0; re1 = 0; rv1 = 0; rpf = 0 }
#define RANSWER(n) \
 :: d_step { (ro == 1 || ro == 2) && MEMBER(n,rg) && !lost[n] && !OUT(n) && (gen[n] == rg || (MUT_RETIRED && gen[n] > rg)) && !(ro == 2 && rn1 == n) -> printf("answer of %d\n", n); \
      if :: ro == 1 -> rn1 = n; rp1 = prom[n]; re1 = LE(n); rv1 = ln[n] \
         :: else -> rpf = (re1 == LE(n) && rv1 == ln[n] && rv1 > 0 && ((rp1 == re1 && prom[n] == LE(n)) || MUT_PROOF)); \
                    if :: GEQ(LE(n),ln[n],re1,rv1) -> re1 = LE(n); rv1 = ln[n] :: else fi; \
                    if :: prom[n] > rp1 -> rp1 = prom[n] :: else fi; rn1 = 0 fi; \
      ro++; skip }
#ifdef MUT_ONEANSWER
#define RFULL (ro >= 2)
#else
#define RFULL (ro == 3)
#endif
#define ME re1
#define MV rv1
#define MP rp1
inline served(n) { assert(com[n] >= rfl);      /* I12 */
  if :: seen < com[n] -> seen = com[n] :: else fi; rdclear() }
#define RSERVEB(n) \
 :: d_step { RFULL && !lost[n] && !OUT(n) && (gen[n] == rg || MUT_ANYGEN || MUT_RETIRED) && com[n] >= MV -> printf("served by %d\n", n); served(n); skip }
#define RSERVEA(e) \
 :: d_step { RFULL && MP == e && ss[e] == 2 && !lost[OWN(e)] && gen[OWN(e)] == rg && (com[OWN(e)] >= rec[e] || MUT_NOTREADY) \
      && (ME < e || com[OWN(e)] >= MV || MUT_NOM) -> printf("served by the holder of e%d\n", e); served(OWN(e)); skip }
/* a compare-and-set rejection is a read of the state it was evaluated on */
#ifdef MUT_REJTAIL
#define REJECT(e) \
 :: d_step { RFULL && MP == e && ss[e] == 2 && gen[OWN(e)] == rg && com[OWN(e)] >= rec[e] -> assert(lln[e] >= rfl); if :: seen < lln[e] -> seen = lln[e] :: else fi; rdclear(); skip }
#endif
#ifdef MUT_REJNOPROBE
#define REJECT(e) \
 :: d_step { ss[e] == 2 && gen[OWN(e)] == 1 && com[OWN(e)] >= rec[e] -> assert(com[OWN(e)] >= seen); skip }
#endif
#endif

#ifndef MUT_RESTAMP
#define MUT_RESTAMP 0
#endif
#ifndef MUT_TRUNC
#define MUT_TRUNC 0
#endif
#ifndef MUT_SEALONE
#define MUT_SEALONE 0
#endif
#ifndef MUT_WIPED
#define MUT_WIPED 0
#endif
#ifndef MUT_SEALPROM
#define MUT_SEALPROM 0
#endif
#ifndef MUT_GCSRC
#define MUT_GCSRC 0
#endif
#ifndef MUT_RETIRED
#define MUT_RETIRED 0
#endif
#ifndef MUT_ANYGEN
#define MUT_ANYGEN 0
#endif
#ifndef MUT_NOTREADY
#define MUT_NOTREADY 0
#endif
#ifndef MUT_NOM
#define MUT_NOM 0
#endif
#ifndef MUT_LEARNPROM
#define MUT_LEARNPROM 0
#endif
#ifndef MUT_FETCH
#define MUT_FETCH 0
#endif
#ifndef MUT_PROOF
#define MUT_PROOF 0
#endif

#define GRANTS(n) FE1(GRANT,n)
#define ADOPTS(n) FE1(ADOPT,n) FE1(ADOPTLOST,n)
#define PARTIALS(n) FE1(PARTIAL,n)
#define ACC1(n,e) FV2(ACCEPT,n,e)
#define ACCEPTS(n) FE1(ACC1,n)
#define COMMITS(e) FV2(COMMIT,0,e)
#define NOTIFIES(n) FV1(NOTIFY,n)
#ifdef MIG
#define LEARNS(n) LEARN(n,0) LEARN(n,1) LEARN(n,2) LEARN(n,3)
#else
#define LEARNS(n) LEARN(n,0) LEARN(n,1) LEARN(n,2)
#endif

init {
  /* which node owns which epoch: all choices, up to renaming of nodes that are alike */
  byte e = 1, hi = 0;
  atomic {
    gen[0] = 1; gen[1] = 1; gen[2] = 1;
    do
    :: e <= E ->
#ifdef MIG
       if :: MEMBER(0,GEN(e)) -> own[e] = 1
          :: MEMBER(1,GEN(e)) -> own[e] = 2
          :: hi == 2 || MAXGEN == 3 -> own[e] = 3        /* else nodes 1 and 2 are interchangeable */
          :: MEMBER(3,GEN(e)) -> own[e] = 4 fi;
       if :: own[e] == 2 || own[e] == 3 -> hi = 2 :: else fi;
#else
       if :: own[e] = 1 :: hi >= 1 -> own[e] = 2 :: hi >= 2 -> own[e] = 3 fi;
       if :: own[e] > hi -> hi = own[e] :: else fi;
#endif
       e++
    :: else -> break
    od;
    e = 0; hi = 0
  }
  do
  FE(STARTLOCK)
  FN(GRANTS)
  FN(ADOPTS)
  FN(PARTIALS)
  FE(PROPOSE)
#ifdef MIG
  FE(PROPSEAL)
  GCSRC(0) GCSRC(1)
#endif
#ifdef MUT_NOCOPY
  FN(ACTIVATE)
#endif
  FN(ACCEPTS)
  FE(COMMITS)
  FN(NOTIFIES)
  FN(LEARNS)
  FN(CRASH)
#if LOSE > 0
  FN(LOSEDISK)
#endif
#ifdef WITHDRAW
  FN(WITHDRAWN)
  REPAIR(0,1) REPAIR(0,2) REPAIR(1,0) REPAIR(1,2) REPAIR(2,0) REPAIR(2,1)
#ifdef MIG
  REPAIR(1,3) REPAIR(2,3) REPAIR(3,1) REPAIR(3,2)
#endif
  FN(RESTORED)
#endif
#ifdef READER
  :: d_step { ro == 0 -> ro = 1; rg = 1; rfl = seen; skip }
#ifdef MIG
  :: d_step { ro == 0 && (gen[0] >= 2 || gen[1] >= 2 || gen[2] >= 2 || gen[3] >= 2) -> ro = 1; rg = 2; rfl = seen; skip }
  :: d_step { ro == 0 && (gen[0] >= 3 || gen[2] >= 3 || gen[3] >= 3) -> ro = 1; rg = 3; rfl = seen; skip }
#endif
  FN(RANSWER)
  FN(RSERVEB)
  FE(RSERVEA)
#if defined(MUT_REJTAIL) || defined(MUT_REJNOPROBE)
  FE(REJECT)
#endif
#ifdef MUT_JOIN
  :: d_step { ro == 3 -> rfl = seen; skip }       /* a later read joins a probe that has already run */
#endif
  :: d_step { ro == 3 && rpf && nt[rv1] == 0 ->
       sealof(re1, rv1);
       mv = rv1; if :: s > 0 && s < mv -> mv = s :: else fi;
       declare(re1, mv, re1); skip }
  :: d_step { ro > 0 -> rdclear(); skip }
#endif
  od
}
