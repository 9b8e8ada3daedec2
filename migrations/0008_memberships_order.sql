-- A membership from May 2025 that ended some time in 2025 is in order: the last day that the end may mean counts, not the first.
alter table memberships drop constraint memberships_order_check, add constraint memberships_order_check check (
    start_on < (end_on + case end_precision when 'year' then interval '1 year' when 'month' then interval '1 month' else interval '1 day' end)::date
);
